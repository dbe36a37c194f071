"""Forms of the second step, and of setting it up."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

_PASSWORD = [DataRequired(lazy_gettext("Enter your current password."))]
_CODE = [DataRequired(lazy_gettext("Enter the code.")), Length(max=60)]


class _Remembering(FlaskForm):
    remember = BooleanField(
        lazy_gettext("Do not ask this device again for 30 days"),
        description=lazy_gettext("Only on a device that nobody else uses."),
    )


class AnswerForm(FlaskForm):
    """What a passkey answered; a script fills it in."""

    answer = HiddenField(validators=[DataRequired(), Length(max=20_000)])


class NewPasskeyForm(AnswerForm):
    """A passkey that was made, and what its owner calls it."""

    name = StringField(
        lazy_gettext("Name of the passkey"),
        [DataRequired(lazy_gettext("Give it a name.")), Length(max=60)],
        description=lazy_gettext("So you recognise it in the list."),
    )


class PasswordProofForm(FlaskForm):
    """The password of somebody who is logged in already."""

    password = PasswordField(lazy_gettext("Current password"), _PASSWORD)


class StepForm(_Remembering):
    """A code of the app."""

    code = StringField(lazy_gettext("Code from your app"), _CODE)


class RecoveryForm(_Remembering):
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
