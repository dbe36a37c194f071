"""Asking for money, seeing where each request is, taking one back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.own_currencies import OwnCurrencies
from distribution.db import new_id
from distribution.errors import DomainError, NotFound
from distribution.ledger.read import Holdings, holdings
from distribution.money import is_currency, to_decimal_text, to_minor
from distribution.withdrawal import read
from distribution.withdrawal.methods import methods
from distribution.withdrawal.policy import WithdrawalPolicy, policy_of
from distribution.withdrawal.quote import Asked, Quote, quote
from distribution.withdrawal.reject import cancel
from distribution.withdrawal.request import request as ask
from distribution.withdrawal.states import ENDED, SENT, UNDECIDED
from distribution.withdrawal.tables import PayoutMethod, Withdrawal
from portal.clock import now
from portal.database import program_settings, unit
from portal.formatting import minute
from portal.forms.failure import show
from portal.forms.offered import offered
from portal.forms.withdrawal import WithdrawalForm
from portal.payouts import method_names
from portal.timeline import Happened, withdrawal_timeline
from portal.views.distributor.blueprint import actor, blueprint, own_id
from portal.views.distributor.currencies import currency_tabs, opened
from portal.views.distributor.earnings import earning_tabs

_PAGE = 20


@dataclass(frozen=True, slots=True)
class _Facts:
    held: dict[str, Holdings]
    methods: list[PayoutMethod]
    withdrawals: list[Withdrawal]
    currencies: OwnCurrencies


@blueprint.get("/withdrawals", endpoint="withdrawals")
def page() -> str:
    """The form and every request so far."""
    with unit() as session:
        facts = _read(session)
    currency = facts.currencies.chosen
    form = WithdrawalForm(formdata=None, currency=currency, request_id=str(new_id()))
    form.method_id.choices = offered(*_choices(facts, currency))
    available = facts.held[currency].available_minor if currency in facts.held else 0
    if available > 0:
        form.amount.data = to_decimal_text(available, currency)
    return _page(facts, form, currency)


@blueprint.post("/withdrawals", endpoint="request_withdrawal")
def ask_for_money() -> ResponseReturnValue:
    """Ask for a withdrawal; where it costs something, what is left is shown first, and has to be confirmed."""
    form = WithdrawalForm()
    with unit() as session:
        facts = _read(session)
    currency = form.currency.data if is_currency(form.currency.data or "") else facts.currencies.chosen
    form.method_id.choices = offered(*_choices(facts, currency))
    if not form.validate():
        return _page(facts, form, currency), 422
    try:
        withdrawal_id, policy = UUID(form.request_id.data or ""), _policy(currency)
        method = next(each for each in facts.methods if str(each.id) == form.method_id.data)
        amount_minor = to_minor((form.amount.data or "").strip().replace(",", "."), currency)
        if not policy.fee.is_none and form.fee.data != str(policy.fee.of(amount_minor, currency)):
            asked = Asked(own_id(), amount_minor, currency, method.adapter, method.id)
            with unit() as session:
                told = quote(session, asked, policy=policy, now=now())
            return _confirmation(form, told, currency, policy, method)
        with unit() as session:
            ask(
                session,
                distributor_id=own_id(),
                amount_minor=amount_minor,
                currency=currency,
                method=method.adapter,
                method_id=method.id,
                policy=policy,
                actor=actor(),
                now=now(),
                withdrawal_id=withdrawal_id,
            )
    except DomainError as error:
        show(form, error, otherwise="amount", fields={"method": "method_id"})
        return _page(facts, form, currency), 422
    except ValueError:
        return redirect(url_for("distributor.withdrawals"), 303)
    flash(gettext("Your withdrawal is requested. You see here where it is."), "good")
    return redirect(url_for("distributor.withdrawal", withdrawal_id=withdrawal_id), 303)


@blueprint.get("/withdrawals/<uuid:withdrawal_id>", endpoint="withdrawal")
def detail(withdrawal_id: UUID) -> str:
    """One withdrawal and its way so far."""
    with unit() as session:
        found = _own(session, withdrawal_id)
        events = read.events(session, withdrawal_id)
        label = next((each.label for each in methods(session, own_id()) if each.id == found.method_id), None)
    return render_template(
        "pages/withdrawal.html",
        withdrawal=found,
        label=label,
        timeline=withdrawal_timeline(
            [Happened(each.state, each.at) for each in events],
            found.reason,
            due_at=found.due_at,
            approvals_needed=found.approvals_needed,
        ),
        # What the provider gave for the payee to agree with; of no use to anybody else, nor later.
        confirm=events[-1].facts.get("confirm") if found.state == SENT else None,
        may_cancel=found.state in UNDECIDED,
        late=found.state not in ENDED and found.due_at is not None and found.due_at < now(),
    )


@blueprint.post("/withdrawals/<uuid:withdrawal_id>/cancel", endpoint="cancel_withdrawal")
def take_back(withdrawal_id: UUID) -> ResponseReturnValue:
    """Take a request back while nobody has approved it."""
    try:
        with unit() as session:
            _own(session, withdrawal_id)
            cancel(session, withdrawal_id, actor=actor(), now=now())
    except NotFound:
        raise
    except DomainError:
        flash(gettext("It is approved already and cannot be taken back."), "bad")
    else:
        flash(gettext("Taken back. The money is available again."), "good")
    return redirect(url_for("distributor.withdrawal", withdrawal_id=withdrawal_id), 303)


def _own(session: Session, withdrawal_id: UUID) -> Withdrawal:
    found = read.withdrawal(session, withdrawal_id)
    if found.distributor_id != own_id():
        raise NotFound(f"there is no withdrawal {withdrawal_id}", withdrawal_id=withdrawal_id)
    return found


def _read(session: Session) -> _Facts:
    return _Facts(
        held={each.currency: each for each in holdings(session, [own_id()])},
        methods=methods(session, own_id()),
        withdrawals=read.withdrawals(session, distributor_id=own_id(), limit=_PAGE + 1, before=_before()),
        currencies=opened(session),
    )


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("before", ""))
    except ValueError:
        return None


def _choices(facts: _Facts, currency: str) -> list[tuple[str, str]]:
    """Their accounts that can be paid to in this currency, those that are too new last."""
    names = method_names(currency)
    able = [each for each in facts.methods if each.adapter in names]
    ready = [(str(each.id), each.label) for each in able if not _cools(each)]
    return ready + [
        (
            str(each.id),
            gettext("%(account)s (from %(when)s)", account=each.label, when=minute(each.cooling_until)),
        )
        for each in able
        if each.cooling_until is not None and _cools(each)
    ]


def _cools(method: PayoutMethod) -> bool:
    return method.cooling_until is not None and now() < method.cooling_until


def _policy(currency: str) -> WithdrawalPolicy:
    return policy_of(program_settings(), currency, methods=method_names(currency))


def _when(facts: _Facts, policy: WithdrawalPolicy, currency: str) -> dict[str, datetime | None]:
    """When the window opens or closes, and when the first of their accounts is ready, if none is."""
    able = [each for each in facts.methods if each.adapter in method_names(currency)]
    cooling = [each.cooling_until for each in able if each.cooling_until is not None and _cools(each)]
    is_open = policy.windows.is_open(now(), policy.zone)
    return {
        "opens_at": None if is_open else policy.windows.opens_at(now(), policy.zone),
        "closes_at": policy.windows.closes_at(now(), policy.zone) if is_open else None,
        "ready_at": min(cooling) if cooling and len(cooling) == len(able) else None,
    }


def _confirmation(
    form: WithdrawalForm, told: Quote, currency: str, policy: WithdrawalPolicy, method: PayoutMethod
) -> str:
    """What they would get, before they say yes; the fee they saw goes with their answer."""
    form.fee.data = str(told.fee_minor)
    return render_template(
        "pages/withdrawal_confirm.html",
        form=form,
        told=told,
        currency=currency,
        policy=policy,
        method=method,
    )


def _page(facts: _Facts, form: WithdrawalForm, currency: str) -> str:
    shown = facts.withdrawals[:_PAGE]
    policy = _policy(currency)
    return render_template(
        "pages/withdrawals.html",
        form=form,
        currency=currency,
        held=facts.held.get(currency),
        policy=policy,
        **_when(facts, policy, currency),
        withdrawals=shown,
        tabs=earning_tabs("withdrawals"),
        currencies=replace(facts.currencies, chosen=currency),
        currency_tabs=currency_tabs(
            replace(facts.currencies, chosen=currency),
            lambda code: url_for("distributor.withdrawals", currency=code),
        ),
        next_page=url_for("distributor.withdrawals", before=shown[-1].id)
        if len(facts.withdrawals) > _PAGE
        else None,
        first_page=url_for("distributor.withdrawals") if _before() else None,
    )
