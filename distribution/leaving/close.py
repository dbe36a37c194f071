"""Closing an account: wished for, and after the waiting days final; what is owed and may still come is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from distribution.analytics.balances import Balances, balances
from distribution.leaving.dismiss import change_status
from distribution.leaving.erase import erase
from distribution.leaving.expected import may_come
from distribution.leaving.noting import note
from distribution.leaving.tables import AccountClosing
from distribution.leaving.telling import tell_asked, tell_begun, tell_done
from distribution.leaving.under_way import waiting
from distribution.ledger.hold import hold_open
from distribution.network import find
from distribution.network.account import CLOSED_STATUSES
from distribution.network.own_closing import CLOSING_ACTOR
from distribution.network.standing import LEAVE, REJECT, SUSPEND, Act
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from distribution.settings.document import ProgramSettings
from distribution.withdrawal.errors import FeeTakesAll
from distribution.withdrawal.policy import policy_of


def ask(
    session: Session, distributor_id: UUID, *, forgoes_rest: bool, reason: str | None, now: datetime
) -> AccountClosing:
    """Wish an account closed; after the program's waiting days that is final. One wish at a time."""
    find.by_id(session, distributor_id, for_update=True)
    found = waiting(session, distributor_id)
    if found is not None:
        return found
    days = program.read(session).closing.waiting_days
    closing = AccountClosing(
        distributor_id=distributor_id,
        requested_at=now,
        due_at=now + timedelta(days=days),
        forgoes_rest=forgoes_rest,
        reason=reason,
    )
    session.add(closing)
    session.flush()
    tell_asked(session, closing, now=now)
    note(session, closing, "ask_closing", actor=f"distributor:{distributor_id}", now=now)
    return closing


def due(session: Session, *, now: datetime) -> Sequence[UUID]:
    """Whose waiting days are over, all of them: who waits for money for long keeps nobody behind them waiting."""
    query = (
        select(AccountClosing.distributor_id)
        .where(
            AccountClosing.ended_at.is_(None),
            or_(AccountClosing.due_at <= now, AccountClosing.ending_at.is_not(None)),
        )
        .order_by(AccountClosing.due_at)
    )
    return session.scalars(query).all()


def go_on(session: Session, distributor_id: UUID, *, cipher: Cipher, now: datetime) -> bool:
    """Carry a due closing as far as it goes: nothing new is earned; once nothing is owed, erase. Whether it ended.

    Whoever is ended here can withdraw until then, and is told by a letter to the address that is erased. Who leaves
    the rest to the shop is not kept waiting for what orders may still bring: it would be part of that rest.
    """
    closing = waiting(session, distributor_id, for_update=True)
    if closing is None or closing.due_at > now:
        return False
    person = find.by_id(session, distributor_id)
    money = _kept(session, distributor_id, now=now)
    if closing.ending_at is None:
        if person.status == "active":
            _change(session, person, SUSPEND, now=now, reason="closes the account")
        closing.ending_at = now
        session.flush()
        tell_begun(session, closing, now=now)
        note(session, closing, "begin_closing", actor=CLOSING_ACTOR, now=now)
    settings = program.read(session)
    if any(is_owed(each, closing, settings) for each in money):
        return False
    if not closing.forgoes_rest and may_come(session, distributor_id, settings=settings, now=now):
        return False
    person = find.by_id(session, distributor_id)
    if person.status not in CLOSED_STATUSES:
        act = REJECT if person.status == "applied" else LEAVE
        _change(session, person, act, now=now, reason="closed the account")
    address, name, locale = person.email, person.name, person.locale
    erase(session, distributor_id, cipher=cipher, now=now)
    tell_done(session, closing, address=address, name=name, locale=locale, now=now)
    closing.ended_at = now
    session.flush()
    note(session, closing, "close_account", actor=CLOSING_ACTOR, now=now)
    return True


def is_owed(money: Balances, closing: AccountClosing, settings: ProgramSettings) -> bool:
    """Whether a closing waits for this: what is on its way always, what could be withdrawn unless it is forgone.

    What a withdrawal's fee would take whole can never be withdrawn, and is not waited for.
    """
    if money.reserved_minor > 0 or money.pending_minor > 0 or money.matured_minor > 0:
        return True
    if closing.forgoes_rest or money.available_minor <= 0:
        return False
    try:
        policy_of(settings, money.currency, methods=()).fee.of(money.available_minor, money.currency)
    except FeeTakesAll:
        return False
    return True


def _kept(session: Session, distributor_id: UUID, *, now: datetime) -> list[Balances]:
    """What they have; no withdrawal and no settlement moves any of it before the transaction ends.

    Read once before and once after what they have is locked: where a settlement is just opening their first account
    there is nothing to lock, and what matured and what is available are asked one after the other.
    """
    before = balances(session, distributor_id, now=now)
    hold_open(session, distributor_id=distributor_id)
    return [*before, *balances(session, distributor_id, now=now)]


def _change(session: Session, person: Distributor, act: Act, *, now: datetime, reason: str) -> None:
    # Told in words of its own: nobody was suspended for anything.
    # What comes later is not held for review either: it stays with the shop.
    change_status(
        session, person.id, act, actor=CLOSING_ACTOR, now=now, reason=reason, tells=False, holds=False
    )
