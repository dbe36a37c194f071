"""Where a distributor's money goes: bank accounts, added with the password, removed at will."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.errors import NotFound
from distribution.network import find
from distribution.privacy.password import password_matches
from distribution.withdrawal.methods import add_method, methods, remove_method
from distribution.withdrawal.provider import BY_HAND
from portal import throttle
from portal.clock import now
from portal.database import unit
from portal.forms.account import PayoutMethodForm
from portal.payouts import label_of, sealed
from portal.views.distributor.account import account_page
from portal.views.distributor.blueprint import actor, blueprint, own_id


@blueprint.post("/account/methods", endpoint="add_method")
def add() -> ResponseReturnValue:
    """Add a bank account; the password proves that it is them who changes where money goes."""
    form = PayoutMethodForm()
    if not form.validate():
        return account_page(payout=form), 422
    if throttle.exceeded("password", str(own_id()), limit=10, seconds=600):
        form.confirm_password.errors = [gettext("Wait a few minutes, then try again.")]
        return account_page(payout=form), 429
    details = {
        "holder": form.holder.data.strip(),
        "account": "".join(form.account.data.split()),
        "bank": form.bank.data.strip(),
    }
    with unit() as session:
        if password_matches(find.by_id(session, own_id()).password_hash, form.confirm_password.data):
            add_method(
                session,
                distributor_id=own_id(),
                adapter=BY_HAND,
                label=label_of(details["account"], details["bank"]),
                sealed_details=sealed(details),
                actor=actor(),
                now=now(),
            )
            flash(gettext("Your account is saved."), "good")
            return redirect(url_for("distributor.account") + "#payout", 303)
    form.confirm_password.errors = [gettext("This is not your current password.")]
    return account_page(payout=form), 422


@blueprint.post("/account/methods/<uuid:method_id>/remove", endpoint="remove_method")
def remove(method_id: UUID) -> ResponseReturnValue:
    """Take an account away; withdrawals asked for before still go there."""
    with unit() as session:
        if method_id not in {method.id for method in methods(session, own_id())}:
            raise NotFound("there is no such payout method", method_id=method_id)
        remove_method(session, method_id, actor=actor(), now=now())
    flash(gettext("The account is removed."), "good")
    return redirect(url_for("distributor.account") + "#payout", 303)
