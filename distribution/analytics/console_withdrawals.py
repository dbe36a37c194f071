"""Withdrawals as a queue, and one of them with everything that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.analytics.balances import Balances, balances
from distribution.analytics.console_paging import Page, page
from distribution.analytics.console_people import actor_names
from distribution.errors import NotFound
from distribution.network.tables import Distributor
from distribution.withdrawal.tables import STATES, PayoutMethod, Withdrawal, WithdrawalEvent

QUEUES: dict[str, tuple[str, ...]] = {
    "waiting": ("requested", "approved_once"),
    "approved": ("approved",),
    "sending": ("sending", "sent", "unknown"),
    "paid": ("paid",),
    "closed": ("rejected", "cancelled", "failed"),
    "all": STATES,
}


OPEN = QUEUES["waiting"] + QUEUES["approved"] + QUEUES["sending"]


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    """One withdrawal in a queue."""

    id: UUID
    distributor_id: UUID
    distributor_name: str
    distributor_status: str
    currency: str
    amount_minor: int
    fee_minor: int
    method: str
    label: str | None
    state: str
    approvals_needed: int
    requested_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    paid_at: datetime | None
    reference: str | None
    reason: str | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it was promised to have ended by now, and has not."""
        return self.due_at is not None and self.due_at < now and self.state in OPEN


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a withdrawal."""

    state: str
    at: datetime
    actor: str
    actor_name: str | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """One withdrawal, its steps, and what its distributor has besides."""

    withdrawal: WithdrawalRow
    idempotency_key: str
    method_added_at: datetime | None
    events: tuple[Event, ...]
    money: Balances | None
    cooling_until: datetime | None
    paid_before: int
    paid_before_minor: int


@dataclass(frozen=True, slots=True)
class QueueTotal:
    """How many withdrawals of a currency are in a state, and what they come to."""

    state: str
    currency: str
    count: int
    amount_minor: int


_COLUMNS = (
    Withdrawal.id,
    Withdrawal.distributor_id,
    Distributor.name,
    Distributor.status,
    Withdrawal.currency,
    Withdrawal.amount_minor,
    Withdrawal.fee_minor,
    Withdrawal.method,
    PayoutMethod.label,
    Withdrawal.state,
    Withdrawal.approvals_needed,
    Withdrawal.requested_at,
    Withdrawal.due_at,
    Withdrawal.decided_at,
    Withdrawal.paid_at,
    Withdrawal.reference,
    Withdrawal.reason,
)


def withdrawals(
    session: Session, *, queue: str = "waiting", distributor_id: UUID | None = None, cursor: str | None = None
) -> Page[WithdrawalRow]:
    """A queue's withdrawals: what waits for a decision longest first, everything else newest first."""
    query = _joined().where(Withdrawal.state.in_(QUEUES.get(queue, QUEUES["waiting"])))
    if distributor_id is not None:
        query = query.where(Withdrawal.distributor_id == distributor_id)
    return page(
        session,
        query,
        (Withdrawal.requested_at, Withdrawal.id),
        _row,
        cursor=cursor,
        ascending=queue in ("waiting", "approved"),
    )


def totals(session: Session) -> list[QueueTotal]:
    """What is on its way out, by state and currency; what is over is left out."""
    query = (
        select(Withdrawal.state, Withdrawal.currency, func.count(), func.sum(Withdrawal.amount_minor))
        .where(Withdrawal.state.in_(OPEN))
        .group_by(Withdrawal.state, Withdrawal.currency)
        .order_by(Withdrawal.currency, Withdrawal.state)
    )
    return [QueueTotal(*row[:3], int(row[3])) for row in session.execute(query)]


def withdrawal_page(session: Session, withdrawal_id: UUID, *, now: datetime) -> WithdrawalPage:
    """The page of one withdrawal; raises NotFound."""
    row = session.execute(
        _joined()
        .add_columns(Withdrawal.idempotency_key, PayoutMethod.created_at, PayoutMethod.cooling_until)
        .where(Withdrawal.id == withdrawal_id)
    ).one_or_none()
    if row is None:
        raise NotFound("there is no such withdrawal", withdrawal_id=withdrawal_id)
    found = _row(row)
    held = [one for one in balances(session, found.distributor_id, now=now) if one.currency == found.currency]
    paid = session.execute(
        select(func.count(), func.coalesce(func.sum(Withdrawal.amount_minor), 0)).where(
            Withdrawal.distributor_id == found.distributor_id,
            Withdrawal.currency == found.currency,
            Withdrawal.state == "paid",
            Withdrawal.id != found.id,
        )
    ).one()
    return WithdrawalPage(
        withdrawal=found,
        idempotency_key=row[len(_COLUMNS)],
        method_added_at=row[len(_COLUMNS) + 1],
        cooling_until=row[len(_COLUMNS) + 2],
        events=_events(session, found.id),
        money=held[0] if held else None,
        paid_before=paid[0],
        paid_before_minor=int(paid[1]),
    )


def _joined() -> Any:
    return (
        select(*_COLUMNS)
        .join(Distributor, Distributor.id == Withdrawal.distributor_id)
        .outerjoin(PayoutMethod, PayoutMethod.id == Withdrawal.method_id)
    )


def _row(row: Any) -> WithdrawalRow:
    return WithdrawalRow(*row[: len(_COLUMNS)])


def _events(session: Session, withdrawal_id: UUID) -> tuple[Event, ...]:
    query = select(WithdrawalEvent).where(WithdrawalEvent.withdrawal_id == withdrawal_id)
    rows = list(session.scalars(query.order_by(WithdrawalEvent.step)))
    names = actor_names(session, (row.actor for row in rows))
    return tuple(Event(row.state, row.at, row.actor, names.get(row.actor), row.facts) for row in rows)
