"""Sending: `sending` is committed, the provider called outside any transaction, its answer written down.

Whoever finds a withdrawal `sending` or later, after a crash or an answer that never came, asks the provider what
became of the key and never gives the order again. Only who gave it can learn that the provider did not take it: then,
and only then, it is approved again and given another time. What the provider does not know past the life of its key
stays `unknown` until a person marks it paid or failed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.outbox import Claim, GiveUp, Later
from distribution.outbox.carry_out import Handler
from distribution.privacy.encryption import Cipher
from distribution.withdrawal.pay import settle_failed, settle_paid
from distribution.withdrawal.provider import Answer, Outcome, Payout, PayoutProvider
from distribution.withdrawal.states import APPROVED, ENDED, SENDING, SENT, UNKNOWN, WITH_PROVIDER
from distribution.withdrawal.step import lock, take
from distribution.withdrawal.tables import PayoutMethod, Withdrawal, WithdrawalEvent

ACTOR = "job:payout"
ASK_AGAIN = timedelta(minutes=5)
GIVE_AGAIN = timedelta(minutes=15)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What to do at the provider: give the order if it is `fresh`, else ask what became of it."""

    payout: Payout
    fresh: bool
    sending_at: datetime


def begin(
    session: Session, withdrawal_id: UUID, *, now: datetime, cipher: Cipher | None = None
) -> Order | None:
    """Take an approved withdrawal to `sending`; None when nothing is left to do at a provider.

    To be committed before the provider is called: only who sees the approval gives the order. Raises Undecipherable
    when a key for the payee's details is missing, and nothing is sent.
    """
    withdrawal = lock(session, withdrawal_id)
    if withdrawal.state != APPROVED and withdrawal.state not in WITH_PROVIDER:
        return None
    payout = order_of(session, withdrawal, cipher)
    if withdrawal.state == APPROVED:
        take(session, withdrawal, SENDING, act="send", actor=ACTOR, now=now)
        return Order(payout, fresh=True, sending_at=now)
    return Order(payout, fresh=False, sending_at=_sending_at(session, withdrawal))


def answer(session: Session, withdrawal_id: UUID, said: Answer, *, now: datetime) -> Withdrawal:
    """Write down what the provider said.

    Raises NotAllowedNow when it is the opposite of how the withdrawal has ended meanwhile.
    """
    withdrawal = lock(session, withdrawal_id)
    is_news = said.outcome in (Outcome.PAID, Outcome.FAILED) or withdrawal.state not in ENDED
    if withdrawal.state == said.outcome or not is_news:
        return withdrawal
    match said.outcome:
        case Outcome.PAID:
            reference = said.reference or withdrawal.reference
            return settle_paid(session, withdrawal, reference=reference, act="pay", actor=ACTOR, now=now)
        case Outcome.FAILED:
            reason = said.detail or "the provider refused"
            return settle_failed(session, withdrawal, reason=reason, act="fail", actor=ACTOR, now=now)
        case Outcome.NOT_TAKEN if withdrawal.state in (SENDING, UNKNOWN):
            why = {"detail": said.detail}
            return take(session, withdrawal, APPROVED, act="put_back", actor=ACTOR, now=now, facts=why)
        case Outcome.UNKNOWN if withdrawal.state == SENT:
            # It had the order: one answer that did not come tells nothing new.
            return withdrawal
        case Outcome.NOT_TAKEN:
            return withdrawal
    withdrawal.reference = said.reference or withdrawal.reference
    facts: dict[str, Any] = {"reference": withdrawal.reference, "detail": said.detail}
    if said.confirm is not None:
        facts["confirm"] = dict(said.confirm)
    return take(
        session, withdrawal, said.outcome, act=f"find_{said.outcome}", actor=ACTOR, now=now, facts=facts
    )


def send(
    engine: Engine,
    withdrawal_id: UUID,
    *,
    providers: Mapping[str, PayoutProvider],
    clock: Callable[[], datetime],
    cipher: Cipher | None = None,
) -> datetime | None:
    """Send an approved withdrawal or find out what became of it; returns when to look again, None when never.

    This is an edge: two transactions with the provider's call between them. Raises GiveUp when a person must look:
    the method has no provider, or the provider's key has expired without an answer.
    """
    with transaction(engine) as session:
        provider = _provider(session, withdrawal_id, providers)
        order = begin(session, withdrawal_id, now=clock(), cipher=cipher)
    if order is None:
        return None
    said = _call(provider, order)
    with transaction(engine) as session:
        withdrawal = answer(session, withdrawal_id, said, now=clock())
    if said.outcome is Outcome.UNKNOWN and clock() - order.sending_at > provider.key_life:
        _needs_person(engine, withdrawal, said, now=clock())
    if withdrawal.state == APPROVED:
        return clock() + (said.ask_again or GIVE_AGAIN)
    return clock() + (said.ask_again or ASK_AGAIN) if _is_open(said) else None


def payout_handler(
    engine: Engine,
    *,
    providers: Mapping[str, PayoutProvider],
    clock: Callable[[], datetime],
    cipher: Cipher | None = None,
) -> Handler:
    """A handler of the outbox for the payouts that `approve` asks for."""

    def handle(claimed: Claim) -> Later | None:
        due_at = send(
            engine, UUID(claimed.payload["withdrawal_id"]), providers=providers, clock=clock, cipher=cipher
        )
        return None if due_at is None else Later(due_at)

    return handle


def _provider(
    session: Session, withdrawal_id: UUID, providers: Mapping[str, PayoutProvider]
) -> PayoutProvider:
    method = lock(session, withdrawal_id).method
    if method not in providers:
        raise GiveUp(f"no provider for payouts by {method} is installed", withdrawal_id=withdrawal_id)
    return providers[method]


def _call(provider: PayoutProvider, order: Order) -> Answer:
    if order.fresh:
        return called(provider.submit, order.payout)
    said = called(provider.poll, order.payout)
    # That it is not there now does not say that it is not on its way there.
    return replace(said, outcome=Outcome.UNKNOWN) if said.outcome is Outcome.NOT_TAKEN else said


def called(ask: Callable[[Payout], Answer], payout: Payout) -> Answer:
    """A provider's answer; one that is no answer is UNKNOWN."""
    try:
        return ask(payout)
    except Exception as error:
        _LOG.warning("payout %s: no answer (%s)", payout.key, error)
        return Answer(Outcome.UNKNOWN, detail=f"{type(error).__name__}: {error}"[:500])


def _is_open(said: Answer) -> bool:
    # NOT_TAKEN too: where a webhook has meanwhile said otherwise, the provider is asked what it is.
    unclear = said.outcome in (Outcome.UNKNOWN, Outcome.NOT_TAKEN)
    return unclear or (said.outcome is Outcome.SENT and said.ask_again is not None)


def _needs_person(engine: Engine, withdrawal: Withdrawal, said: Answer, *, now: datetime) -> None:
    if withdrawal.state == SENT:
        with transaction(engine) as session:
            locked = lock(session, withdrawal.id)
            take(session, locked, UNKNOWN, act="lose", actor=ACTOR, now=now, facts={"detail": said.detail})
    raise GiveUp(
        "the provider does not know this payout and its key has expired: find out whether it was paid",
        withdrawal_id=withdrawal.id,
    )


def order_of(session: Session, withdrawal: Withdrawal, cipher: Cipher | None) -> Payout:
    """The order to pay a withdrawal, with the payee's details deciphered."""
    return Payout(
        key=withdrawal.idempotency_key,
        withdrawal_id=withdrawal.id,
        distributor_id=withdrawal.distributor_id,
        method_id=withdrawal.method_id,
        amount_minor=withdrawal.amount_minor - withdrawal.fee_minor,
        currency=withdrawal.currency,
        payee=_payee(session, withdrawal, cipher),
        reference=withdrawal.reference,
    )


def _payee(session: Session, withdrawal: Withdrawal, cipher: Cipher | None) -> dict[str, str]:
    if withdrawal.method_id is None or cipher is None:
        return {}
    sealed = session.execute(
        select(PayoutMethod.details_encrypted).where(PayoutMethod.id == withdrawal.method_id)
    ).scalar_one()
    details: dict[str, str] = json.loads(cipher.open(sealed.decode()))
    return details


def _sending_at(session: Session, withdrawal: Withdrawal) -> datetime:
    return session.execute(
        select(WithdrawalEvent.at)
        .where(WithdrawalEvent.withdrawal_id == withdrawal.id, WithdrawalEvent.state == SENDING)
        .order_by(WithdrawalEvent.step.desc())
        .limit(1)
    ).scalar_one()
