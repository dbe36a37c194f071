"""The form that asks for money."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length


class WithdrawalForm(FlaskForm):
    """How much, and where to; `request_id` makes a form that is sent twice one request, `fee` is the fee they saw."""

    amount = StringField(
        lazy_gettext("Amount"), [DataRequired(lazy_gettext("Enter an amount like 25.00.")), Length(max=30)]
    )
    method_id = SelectField(lazy_gettext("To"), validate_choice=True)
    currency = HiddenField()
    request_id = HiddenField()
    fee = HiddenField()
