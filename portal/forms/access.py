"""Forms of people who are not logged in."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Email, Length

from distribution.privacy.password import LONGEST, SHORTEST

_EMAIL = [
    DataRequired(lazy_gettext("Enter your e-mail address.")),
    Length(max=254, message=lazy_gettext("This address is too long.")),
    Email(lazy_gettext("This does not look like an e-mail address.")),
]
_NEW_PASSWORD = [
    DataRequired(lazy_gettext("Choose a password.")),
    Length(SHORTEST, LONGEST, lazy_gettext("A password has %(min)d to %(max)d characters.")),
]


class RegisterForm(FlaskForm):
    """An application to the program."""

    name = StringField(
        lazy_gettext("Your name"),
        [DataRequired(lazy_gettext("Enter your name.")), Length(max=120)],
        description=lazy_gettext("As it stands on your bank account; others see only a part of it."),
    )
    email = EmailField(lazy_gettext("E-mail"), _EMAIL)
    password = PasswordField(
        lazy_gettext("Password"),
        _NEW_PASSWORD,
        description=lazy_gettext("At least 10 characters. A few words work well."),
    )
    sponsor_code = StringField(lazy_gettext("Invitation code"), [Length(max=255)])
    accept = BooleanField(
        lazy_gettext("I accept the program terms"),
        [DataRequired(lazy_gettext("Read the program terms and accept them to apply."))],
    )
    terms_version = HiddenField()


class LoginForm(FlaskForm):
    """E-mail and password."""

    email = EmailField(lazy_gettext("E-mail"), [DataRequired(lazy_gettext("Enter your e-mail address."))])
    password = PasswordField(lazy_gettext("Password"), [DataRequired(lazy_gettext("Enter your password."))])


class ForgotForm(FlaskForm):
    """Where to send the link."""

    email = EmailField(lazy_gettext("E-mail"), _EMAIL)


class NewPasswordForm(FlaskForm):
    """The new password."""

    password = PasswordField(
        lazy_gettext("New password"),
        _NEW_PASSWORD,
        description=lazy_gettext("At least 10 characters. A few words work well."),
    )
