"""Asking for money, seeing where each request is, taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.db import new_id
from distribution.errors import DomainError, NotFound
from distribution.ledger.read import Holdings, holdings
from distribution.money import is_currency, to_decimal_text, to_minor
from distribution.withdrawal import read
from distribution.withdrawal.methods import methods
from distribution.withdrawal.policy import WithdrawalPolicy, policy_of
from distribution.withdrawal.reject import cancel
from distribution.withdrawal.request import request as ask
from distribution.withdrawal.states import REQUESTED, SENT
from distribution.withdrawal.tables import PayoutMethod, Withdrawal
from portal.clock import now
from portal.database import program_settings, unit
from portal.forms.failure import show
from portal.forms.withdrawal import WithdrawalForm
from portal.payouts import method_names
from portal.timeline import Happened, withdrawal_timeline
from portal.views.distributor.blueprint import actor, blueprint, own_id
from portal.views.distributor.earnings import earning_tabs

_PAGE = 20


@dataclass(frozen=True, slots=True)
class _Facts:
    held: dict[str, Holdings]
    methods: list[PayoutMethod]
    withdrawals: list[Withdrawal]

    def currency(self, wanted: str | None) -> str:
        """The currency asked for if there ever was money in it, else where there is most to withdraw."""
        if wanted in self.held:
            return cast(str, wanted)
        default = program_settings().default_currency
        rich = sorted(
            self.held.values(), key=lambda each: (each.available_minor > 0, each.currency == default)
        )
        return rich[-1].currency if rich else default


@blueprint.get("/withdrawals", endpoint="withdrawals")
def page() -> str:
    """The form and every request so far."""
    with unit() as session:
        facts = _read(session)
    currency = facts.currency(request.args.get("currency"))
    form = WithdrawalForm(formdata=None, currency=currency, request_id=str(new_id()))
    form.method_id.choices = _choices(facts, currency)
    available = facts.held[currency].available_minor if currency in facts.held else 0
    if available > 0:
        form.amount.data = to_decimal_text(available, currency)
    return _page(facts, form, currency)


@blueprint.post("/withdrawals", endpoint="request_withdrawal")
def ask_for_money() -> ResponseReturnValue:
    """Ask for a withdrawal."""
    form = WithdrawalForm()
    with unit() as session:
        facts = _read(session)
    currency = form.currency.data if is_currency(form.currency.data or "") else facts.currency(None)
    form.method_id.choices = _choices(facts, currency)
    if not form.validate():
        return _page(facts, form, currency), 422
    try:
        withdrawal_id = UUID(form.request_id.data or "")
        method = next(each for each in facts.methods if str(each.id) == form.method_id.data)
        with unit() as session:
            ask(
                session,
                distributor_id=own_id(),
                amount_minor=to_minor((form.amount.data or "").strip().replace(",", "."), currency),
                currency=currency,
                method=method.adapter,
                method_id=method.id,
                policy=_policy(currency),
                actor=actor(),
                now=now(),
                withdrawal_id=withdrawal_id,
            )
    except DomainError as error:
        show(form, error, otherwise="amount")
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
        timeline=withdrawal_timeline([Happened(each.state, each.at) for each in events], found.reason),
        # What the provider gave for the payee to agree with; of no use to anybody else, nor later.
        confirm=events[-1].facts.get("confirm") if found.state == SENT else None,
        may_cancel=found.state == REQUESTED,
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
    )


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("before", ""))
    except ValueError:
        return None


def _choices(facts: _Facts, currency: str) -> list[tuple[str, str]]:
    names = method_names(currency)
    return [(str(each.id), each.label) for each in facts.methods if each.adapter in names]


def _policy(currency: str) -> WithdrawalPolicy:
    return policy_of(program_settings(), currency, methods=method_names(currency))


def _page(facts: _Facts, form: WithdrawalForm, currency: str) -> str:
    shown = facts.withdrawals[:_PAGE]
    return render_template(
        "pages/withdrawals.html",
        form=form,
        currency=currency,
        held=facts.held.get(currency),
        policy=_policy(currency),
        withdrawals=shown,
        tabs=earning_tabs("withdrawals"),
        currency_tabs=[
            (code, url_for("distributor.withdrawals", currency=code), code == currency) for code in facts.held
        ],
        next_page=url_for("distributor.withdrawals", before=shown[-1].id)
        if len(facts.withdrawals) > _PAGE
        else None,
        first_page=url_for("distributor.withdrawals") if _before() else None,
    )
