"""Asking for another e-mail address, and taking that back."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import InvalidInput
from distribution.network import email_change, find
from portal import throttle
from portal.clock import now
from portal.database import unit
from portal.distributors import AREA
from portal.forms.profile import EmailForm
from portal.securing import proof
from portal.views.distributor.account import account_page
from portal.views.distributor.blueprint import blueprint, own_id
from portal.views.email_change import ask


@blueprint.post("/account/email", endpoint="change_email")
def change() -> ResponseReturnValue:
    """Write to the old and the new address; both have to agree."""
    if (first := proof.first(AREA, back=url_for("distributor.account") + "#email")) is not None:
        return first
    form = EmailForm()
    if not form.validate():
        return account_page(email=form), 422
    if throttle.exceeded("email", str(own_id()), limit=5, seconds=3600):
        form.email.errors = [gettext("Wait a few minutes, then try again.")]
        return account_page(email=form), 429
    try:
        with unit() as session:
            person = find.by_id(session, own_id())
            if person.email.casefold() == form.email.data.strip().casefold():
                form.email.errors = [gettext("This is your address already.")]
                return account_page(email=form), 422
            ask(session, person, form.email.data)
    except InvalidInput:
        form.email.errors = [gettext("This does not look like an e-mail address.")]
        return account_page(email=form), 422
    flash(gettext("We e-mailed both addresses. Open the links in both e-mails within two days."), "good")
    return redirect(url_for("distributor.account") + "#email", 303)


@blueprint.post("/account/email/stop", endpoint="stop_email_change")
def stop() -> ResponseReturnValue:
    """Call a change of one's e-mail address off."""
    with unit() as session:
        waiting = email_change.waiting(session, own_id(), now=now())
        if waiting is not None:
            email_change.cancel(session, waiting.id, now=now())
    flash(gettext("The change is stopped. Nothing was changed."), "good")
    return redirect(url_for("distributor.account") + "#email", 303)
