"""Customers: found by their e-mail address, which is not kept; whose they are, and giving them to somebody."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.console_customer import customer as read_customer
from distribution.analytics.console_customer import key_from_text, key_of
from portal.console.acting import now
from portal.console.binding import rebound
from portal.console.blueprint import blueprint
from portal.console.forms.orders import FindCustomerForm, RebindForm
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import unit


@blueprint.get("/customers")
def customers() -> str:
    """Where a customer is looked for."""
    return render_template("console/customers.html", form=FindCustomerForm(formdata=None))


@blueprint.post("/customers", endpoint="find_customer")
@needs(Act.SEE_PERSONAL_DATA)
def find() -> ResponseReturnValue:
    """Go to the page of whoever has that address: it goes into no address bar and no log."""
    form = FindCustomerForm()
    if not form.validate_on_submit():
        return render_template("console/customers.html", form=form), 422
    with unit() as session:
        key = key_of(session, form.email.data)
    return redirect(url_for("console.customer", key=key.hex()), 303)


@blueprint.get("/customers/<key>")
def customer(key: str) -> str:
    """Whose a customer was, is and will be, with what they bought."""
    return _page(key, RebindForm(formdata=None))


@blueprint.post("/customers/<key>", endpoint="bind_customer")
@needs(Act.REASSIGN_ORDERS)
def bind(key: str) -> ResponseReturnValue:
    """Give the customer to a distributor, or set them free."""
    form = RebindForm()
    if rebound(form, key_from_text(key)):
        flash(gettext("The binding is recorded. Orders placed before it stay whose they are."), "good")
        return redirect(url_for("console.customer", key=key), 303)
    return _page(key, form), 422


def _page(key: str, form: RebindForm) -> str:
    with unit() as session:
        facts = read_customer(session, key_from_text(key), now=now())
    return render_template("console/customer.html", facts=facts, form=form)
