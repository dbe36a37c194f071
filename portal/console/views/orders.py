"""Orders: the list, one of them, and whose it is."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.adapters.saleor.mapper import SOURCE
from distribution.analytics.console_distributor import by_code_or_email
from distribution.analytics.console_order import order_page
from distribution.analytics.console_orders import REASONS, OrderFilter, currencies
from distribution.analytics.console_orders import orders as read_orders
from distribution.analytics.console_reviews import standing_review
from distribution.analytics.explanation.names import known_names
from distribution.analytics.order_by_shop_id import order_by_shop_id
from distribution.commission.reassign import reassign
from distribution.errors import DomainError, NotFound
from distribution.orders.retry import read_again
from portal.console.acting import acted, actor, now, put_errors
from portal.console.binding import rebound
from portal.console.blueprint import blueprint
from portal.console.forms.orders import ReassignForm, RebindForm
from portal.console.forms.receipts import CONFIRMED_BY, ReceiptForm
from portal.console.guard import needs
from portal.console.parsing import asked_id
from portal.console.roles import Act
from portal.countries import country_name
from portal.database import program_settings, unit
from portal.explaining.names import Names
from portal.explaining.order import told_order

STATES = ("placed", "paid", "partly_shipped", "shipped", "refunded", "cancelled", "draft")


@blueprint.get("/orders")
def orders() -> str:
    """Orders, newest first."""
    asked = request.args
    wanted = OrderFilter(
        whose=asked.get("whose", "all"),
        reason=asked.get("reason", ""),
        status=asked.get("status", ""),
        currency=asked.get("currency", ""),
        number=asked.get("number", ""),
        distributor_id=asked_id("distributor"),
    )
    with unit() as session:
        page = read_orders(session, wanted, cursor=asked.get("cursor"))
        choices = currencies(session)
    return render_template(
        "console/orders.html", page=page, wanted=wanted, reasons=REASONS, states=STATES, currencies=choices
    )


@blueprint.get("/orders/<int:order_id>")
def order(order_id: int) -> str:
    """One order, from its first sight to its last commission line."""
    return order_with(order_id)


@blueprint.get("/shop-orders/<path:external_id>")
def shop_order(external_id: str) -> ResponseReturnValue:
    """The page of an order that the shop names by its own id: the plugin's link for Saleor's staff leads here."""
    with unit() as session:
        order_id = order_by_shop_id(session, SOURCE, external_id)
    if order_id is None:
        raise NotFound("this order of the shop was not recorded", field="order")
    return redirect(url_for("console.order", order_id=order_id))


@blueprint.post("/orders/<int:order_id>/distributor")
@needs(Act.REASSIGN_ORDERS)
def reassign_order(order_id: int) -> ResponseReturnValue:
    """Give the order to another distributor, or to nobody."""
    form = ReassignForm()
    if form.validate_on_submit():
        try:
            with unit() as session:
                wanted = form.distributor.data.strip()
                distributor_id = by_code_or_email(session, wanted) if wanted else None
                if wanted and distributor_id is None:
                    form.distributor.errors = [gettext("Nobody has this code, address or id.")]
                else:
                    known = order_page(session, order_id)
                    reassign(
                        session,
                        source=known.source,
                        order_id=known.external_id,
                        distributor_id=distributor_id,
                        reason=form.reason.data,
                        actor=actor(),
                        now=now(),
                    )
        except DomainError as error:
            put_errors(form, error, {"distributor_id": "distributor"})
        if not form.errors and not form.distributor.errors:
            flash(gettext("Reassigned. What was recorded before is reversed, the new shares stand."), "good")
            return redirect(url_for("console.order", order_id=order_id), 303)
    return order_with(order_id, form=form), 422


@blueprint.post("/orders/<int:order_id>/read-again")
@needs(Act.RETRY)
def read_order_again(order_id: int) -> ResponseReturnValue:
    """Have the order read from the shop once more."""
    with unit() as session:
        known = order_page(session, order_id)
    return acted(
        lambda session: read_again(session, known.external_id, source=known.source, actor=actor(), now=now()),
        done=gettext("The order is read from the shop once more within seconds."),
        then=url_for("console.order", order_id=order_id),
    )


@blueprint.post("/orders/<int:order_id>/customer")
@needs(Act.REASSIGN_ORDERS)
def rebind_customer(order_id: int) -> ResponseReturnValue:
    """Give the customer of this order to another distributor from now on, or set them free."""
    form = RebindForm()
    with unit() as session:
        customer_key = order_page(session, order_id).snapshot.customer_key
    if customer_key is None:
        form.owner.errors = [gettext("The order names no customer.")]
    elif rebound(form, customer_key):
        flash(gettext("The binding is recorded. Orders placed before it stay whose they are."), "good")
        return redirect(url_for("console.order", order_id=order_id), 303)
    return order_with(order_id, rebind_form=form), 422


def order_with(order_id: int, **forms: object) -> str:
    """The page of an order, with the form that was filled in."""
    with unit() as session:
        facts = order_page(session, order_id)
        review = standing_review(session, order_id=order_id)
        told = None
        if facts.explanation is not None:
            explained = facts.explanation
            people = [each.person.id for each in explained.travelled.positions]
            levels = [level for line in explained.lines for level in line.levels]
            told = told_order(explained, facts.placed_at, Names(known_names(session, levels, people)))
    return render_template(
        "console/order.html",
        facts=facts,
        country_name=country_name,
        told=told,
        review=review,
        now=now(),
        zone=program_settings().time_zone,
        confirmed_by=CONFIRMED_BY,
        **{
            "form": ReassignForm(formdata=None),
            "rebind_form": RebindForm(formdata=None),
            "receipt_form": ReceiptForm(formdata=None),
            **forms,
        },
    )
