"""Receipts: when an order arrived, as somebody told the shop."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.console_order import order_page
from distribution.commission.receipt.confirm import confirm_receipt
from distribution.errors import InvalidInput
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.forms.receipts import ReceiptForm
from portal.console.guard import needs
from portal.console.parsing import local_moment
from portal.console.roles import Act
from portal.console.views.orders import order_with
from portal.database import program_settings, unit


@blueprint.post("/orders/<int:order_id>/receipts")
@needs(Act.REVIEW_COMMISSION)
def confirm_order_receipt(order_id: int) -> ResponseReturnValue:
    """Record when what had been sent of the order arrived."""
    form = ReceiptForm()
    moment = local_moment(form.received_at.data or "", program_settings().time_zone)
    if not form.validate_on_submit() or moment is None:
        form.received_at.errors = [gettext("Enter a date and a time.")]
        return order_with(order_id, receipt_form=form), 422
    try:
        with unit() as session:
            known = order_page(session, order_id)
            new = confirm_receipt(
                session,
                known.source,
                known.external_id,
                received_at=moment,
                confirmed_by=form.confirmed_by.data,
                actor=actor(),
                now=now(),
            )
    except InvalidInput:
        form.received_at.errors = [gettext("Enter a time between the placing of the order and now.")]
        return order_with(order_id, receipt_form=form), 422
    flash(gettext("The receipt is recorded.") if new else gettext("That was recorded already."), "good")
    return redirect(url_for("console.order", order_id=order_id), 303)
