"""Forms about orders."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class RebindForm(FlaskForm):
    """Whose the customer shall be from now on."""

    owner = StringField(
        lazy_gettext("Belongs to"),
        [Length(max=254)],
        description=lazy_gettext("Code, e-mail address or id. Leave it empty to set the customer free."),
    )
    why = StringField(
        lazy_gettext("Reason"), [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=500)]
    )


class ReassignForm(FlaskForm):
    """Whose the order shall be."""

    distributor = StringField(
        lazy_gettext("Belongs to"),
        [Length(max=254)],
        description=lazy_gettext(
            "Code, e-mail address or id. Leave it empty to take the order from everybody."
        ),
    )
    reason = StringField(
        lazy_gettext("Reason"), [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=500)]
    )
