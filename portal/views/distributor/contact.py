"""How a distributor lets those they invited, and whoever invited them, reach them."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import DomainError
from distribution.network.contact import show_contact
from portal.clock import now
from portal.database import unit
from portal.forms.contact import ContactForm
from portal.payouts import cipher
from portal.views.distributor.account import account_page
from portal.views.distributor.blueprint import blueprint, own_id


@blueprint.post("/account/contact", endpoint="show_contact")
def save_contact() -> ResponseReturnValue:
    """Show a contact to whom is ticked, or keep none."""
    form = ContactForm()
    if not form.validate():
        return account_page(contact=form), 422
    try:
        with unit() as session:
            show_contact(
                session,
                own_id(),
                kind=form.kind.data,
                value=form.contact.data or "",
                to_recruits=form.to_recruits.data,
                to_sponsor=form.to_sponsor.data,
                cipher=cipher(),
                now=now(),
            )
    except DomainError:
        form.contact.errors = [gettext("Nobody could reach you by this. Check it, and the way.")]
        return account_page(contact=form), 422
    flash(gettext("Saved."), "good")
    return redirect(url_for("distributor.account") + "#contact", 303)
