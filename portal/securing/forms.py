"""Forms of the second step, and of setting it up."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

_PASSWORD = [DataRequired(lazy_gettext("Enter your current password."))]
_CODE = [DataRequired(lazy_gettext("Enter the code.")), Length(max=60)]


class StepForm(FlaskForm):
    """A code of the app."""

    code = StringField(lazy_gettext("Code from your app"), _CODE)


class RecoveryForm(FlaskForm):
    """A recovery code."""

    code = StringField(
        lazy_gettext("Recovery code"),
        _CODE,
        description=lazy_gettext("Each works once, with or without dashes."),
    )


class SetUpForm(StepForm):
    """The first code, and the password: nobody else sets this up."""

    password = PasswordField(lazy_gettext("Current password"), _PASSWORD)


class ProofForm(StepForm):
    """Password and code of one who changes how they are asked for."""

    password = PasswordField(lazy_gettext("Current password"), _PASSWORD)


class RecoveryProofForm(RecoveryForm):
    """The same without the app."""

    password = PasswordField(lazy_gettext("Current password"), _PASSWORD)
