"""The form that says when an order arrived."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from distribution.commission.receipt.rule import CARRIER, MERCHANT, SHOPPER
from portal.forms.offered import offered

CONFIRMED_BY = {
    SHOPPER: lazy_gettext("the shopper"),
    CARRIER: lazy_gettext("the carrier"),
    MERCHANT: lazy_gettext("the shop"),
}


class ReceiptForm(FlaskForm):
    """When what had been sent arrived, and who says so."""

    received_at = StringField(
        lazy_gettext("Received on"), [DataRequired(lazy_gettext("Enter a date and a time.")), Length(max=40)]
    )
    confirmed_by = SelectField(lazy_gettext("Confirmed by"), choices=offered(*CONFIRMED_BY.items()))
