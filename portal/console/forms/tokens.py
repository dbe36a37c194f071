"""The form of an API token."""

from __future__ import annotations

from flask_babel import lazy_gettext, lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from distribution.settings.tokens import SCOPES
from portal.console.words import SCOPES as SCOPE_NAMES
from portal.forms.offered import offered


class TokenForm(FlaskForm):
    """A new token."""

    name = StringField(
        lazy_pgettext("thing", "Name"),
        [DataRequired(lazy_gettext("Enter a name.")), Length(max=80)],
        description=lazy_gettext("What uses it, say “Point of sale Berlin”. The audit log shows it."),
    )
    scopes = SelectMultipleField(
        lazy_gettext("It may"),
        [DataRequired(lazy_gettext("Choose what the token may do."))],
        choices=offered(*((scope, SCOPE_NAMES[scope]) for scope in SCOPES)),
        default=["read"],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    source = StringField(
        lazy_gettext("Source of its orders"),
        [Length(max=80)],
        description=lazy_gettext(
            "Empty: one of its own, made of the name. Orders of another source are out of its reach."
        ),
    )
