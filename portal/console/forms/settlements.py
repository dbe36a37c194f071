"""Forms about settlements."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class DiscardForm(FlaskForm):
    """Why a prepared run is taken back."""

    reason = StringField(
        lazy_gettext("Reason"),
        [DataRequired(lazy_gettext("Say why, in a few words.")), Length(max=500)],
        description=lazy_gettext("Kept on the audit log."),
    )
