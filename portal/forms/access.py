"""Forms of people who are not logged in."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, Email, Length

from distribution.privacy.password import LONGEST, SHORTEST

EMAIL = [
    DataRequired(lazy_gettext("Enter your e-mail address.")),
    Length(max=254, message=lazy_gettext("This address is too long.")),
    Email(lazy_gettext("This does not look like an e-mail address.")),
]
NEW_PASSWORD = [
    DataRequired(lazy_gettext("Choose a password.")),
    Length(SHORTEST, LONGEST, lazy_gettext("A password has %(min)d to %(max)d characters.")),
]


class LoginForm(FlaskForm):
    """E-mail and password."""

    email = EmailField(lazy_gettext("E-mail"), [DataRequired(lazy_gettext("Enter your e-mail address."))])
    password = PasswordField(lazy_gettext("Password"), [DataRequired(lazy_gettext("Enter your password."))])


class ForgotForm(FlaskForm):
    """Where to send the link."""

    email = EmailField(lazy_gettext("E-mail"), EMAIL)


class NewPasswordForm(FlaskForm):
    """The new password."""

    password = PasswordField(
        lazy_gettext("New password"),
        NEW_PASSWORD,
        description=lazy_gettext("At least 10 characters. A few words work well."),
    )
