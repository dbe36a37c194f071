"""Where a distributor's money goes: accounts of every method there is, added and removed by who showed who they are."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import NotFound
from distribution.withdrawal.errors import WrongPayee
from distribution.withdrawal.methods import add_method, methods, remove_method
from distribution.withdrawal.provider import BY_HAND
from portal.clock import now
from portal.database import unit
from portal.distributors import AREA
from portal.forms.payout import method_form
from portal.i18n import current_locale
from portal.payouts import adapters, sealed
from portal.securing import proof
from portal.views.distributor.account import account_page
from portal.views.distributor.blueprint import actor, blueprint, own_id


@blueprint.post("/account/methods", endpoint="add_method")
def add() -> ResponseReturnValue:
    """Add an account; a login from a while ago is not enough to change where money goes."""
    if (first := _proof()) is not None:
        return first
    name = request.form.get("adapter") or BY_HAND
    if name not in adapters():
        raise NotFound("there is no such method", method=name)
    adapter = adapters()[name]
    form = method_form(name, adapter, str(current_locale()), filled=True)
    if not form.validate():
        return account_page(payout=form), 422
    try:
        details = adapter.payee({each.name: form[each.name].data or "" for each in adapter.payee_fields})
    except WrongPayee as wrong:
        form[wrong.field].errors = [gettext("This is not valid. Please check it for typos.")]
        return account_page(payout=form), 422
    with unit() as session:
        add_method(
            session,
            distributor_id=own_id(),
            adapter=name,
            label=adapter.label(details),
            sealed_details=sealed(details),
            actor=actor(),
            now=now(),
        )
    flash(gettext("Your account is saved."), "good")
    return redirect(url_for("distributor.account") + "#payout", 303)


@blueprint.post("/account/methods/<uuid:method_id>/remove", endpoint="remove_method")
def remove(method_id: UUID) -> ResponseReturnValue:
    """Take an account away; withdrawals asked for before still go there."""
    if (first := _proof()) is not None:
        return first
    with unit() as session:
        if method_id not in {method.id for method in methods(session, own_id())}:
            raise NotFound("there is no such payout method", method_id=method_id)
        remove_method(session, method_id, actor=actor(), now=now())
    flash(gettext("The account is removed."), "good")
    return redirect(url_for("distributor.account") + "#payout", 303)


def _proof() -> ResponseReturnValue | None:
    return proof.first(AREA, back=url_for("distributor.account") + "#payout")
