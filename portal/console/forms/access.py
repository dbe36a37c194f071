"""Forms for signing in, and for one's own password."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, EqualTo, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from distribution.privacy.password import LONGEST, SHORTEST
from portal.console.roles import ROLES
from portal.console.words import ROLES as ROLE_NAMES
from portal.forms.offered import offered

_EMAIL = [DataRequired(lazy_gettext("Enter an e-mail address.")), Length(max=254)]
_NEW_PASSWORD = [
    DataRequired(lazy_gettext("Choose a password.")),
    Length(SHORTEST, LONGEST, lazy_gettext("A password has %(min)d to %(max)d characters.")),
]


class SignInForm(FlaskForm):
    """E-mail and password."""

    email = EmailField(lazy_gettext("E-mail"), _EMAIL)
    password = PasswordField(lazy_gettext("Password"), [DataRequired(lazy_gettext("Enter your password."))])


class PasswordForm(FlaskForm):
    """One's own new password."""

    current = PasswordField(
        lazy_gettext("Current password"), [DataRequired(lazy_gettext("Enter your password."))]
    )
    password = PasswordField(
        lazy_gettext("New password"),
        _NEW_PASSWORD,
        description=lazy_gettext("At least 10 characters. Every other session of yours ends."),
    )
    again = PasswordField(
        lazy_gettext("New password, once more"),
        [EqualTo("password", lazy_gettext("The two are not the same."))],
    )


class SecondStepForm(FlaskForm):
    """Of whom the console asks a code beside the password."""

    roles = SelectMultipleField(
        lazy_gettext("Needed for"),
        choices=offered(*((role, ROLE_NAMES[role]) for role in ROLES)),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    begins = DateField(
        lazy_gettext("From this day on"),
        [Optional()],
        description=lazy_gettext("Until then they are reminded when they sign in. Empty means at once."),
    )


class ResetForm(FlaskForm):
    """Why somebody's second step is taken away."""

    reason = StringField(
        lazy_gettext("Reason"),
        [DataRequired(lazy_gettext("Say why: it is kept on the audit log.")), Length(max=500)],
        description=lazy_gettext("How you made sure that it is them, say by a call."),
    )


class LoginStandingForm(FlaskForm):
    """Why a login ends or begins again."""

    reason = StringField(
        lazy_gettext("Reason"),
        [DataRequired(lazy_gettext("Say why: it is kept on the audit log.")), Length(max=500)],
    )
    with_tokens = BooleanField(lazy_gettext("Revoke the API tokens they made"))


class PersonForm(FlaskForm):
    """A new login of the console."""

    name = StringField(lazy_gettext("Name"), [DataRequired(lazy_gettext("Enter a name.")), Length(max=120)])
    email = EmailField(lazy_gettext("E-mail"), _EMAIL)
    role = SelectField(
        lazy_gettext("Role"),
        choices=offered(*((role, ROLE_NAMES[role]) for role in ROLES)),
        default="support",
    )
    password = PasswordField(
        lazy_gettext("First password"),
        _NEW_PASSWORD,
        description=lazy_gettext(
            "Tell it to them by another way than e-mail; they can change it once signed in."
        ),
    )
