"""The form by which somebody accepts the program's terms."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired


class TermsForm(FlaskForm):
    """A tick below the words of a version."""

    terms_version = HiddenField()
    accept = BooleanField(
        lazy_gettext("I have read the program terms and accept them."),
        [DataRequired(lazy_gettext("Tick this to go on."))],
    )
