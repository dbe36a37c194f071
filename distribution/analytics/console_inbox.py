"""What arrived and was not read, what could not be read, and effects that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.analytics.console_paging import Page, page
from distribution.errors import NotFound
from distribution.orders.tables import BadSnapshot, Order, Signal
from distribution.outbox.tables import Effect
from distribution.runs.record import runs


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One signal that waits."""

    id: int
    source: str
    kind: str
    subject_id: str
    hook: str
    received_at: datetime
    due_at: datetime
    attempts: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """One answer of the shop that could not be read."""

    source: str
    external_id: str
    observed_at: datetime
    error: str
    resolved_at: datetime | None
    order_id: int | None
    order_number: str | None


@dataclass(frozen=True, slots=True)
class BadPage:
    """The same with what the shop answered."""

    row: BadRow
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One effect; `failed_at` says when it was given up."""

    id: int
    kind: str
    dedupe_key: str
    created_at: datetime
    due_at: datetime
    attempts: int
    last_error: str | None
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobRow:
    """What is known of a recurring job; `failures` since it last ended well."""

    name: str
    started_at: datetime
    good_at: datetime | None
    failures: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in each place."""

    signals: int
    late_signals: int
    oldest_at: datetime | None
    snapshots: int
    effects_waiting: int
    effects_failed: int


_COUNTS = text(
    """
    SELECT
        (SELECT count(*) FROM distribution.inbox),
        (SELECT count(*) FROM distribution.inbox WHERE attempts > 0 AND last_error IS NOT NULL),
        (SELECT min(received_at) FROM distribution.inbox WHERE due_at <= :now),
        (SELECT count(*) FROM distribution.bad_snapshots WHERE resolved_at IS NULL),
        (SELECT count(*) FROM distribution.outbox WHERE done_at IS NULL AND failed_at IS NULL),
        (SELECT count(*) FROM distribution.outbox WHERE done_at IS NULL AND failed_at IS NOT NULL)
    """
)


def counts(session: Session, *, now: datetime) -> Counts:
    """How much is in each place."""
    return Counts(*session.execute(_COUNTS, {"now": now}).one())


def jobs(session: Session) -> list[JobRow]:
    """Every recurring job that ever ran on this program."""
    return [
        JobRow(name, run.started_at, run.good_at, run.failures, run.last_error)
        for name, run in runs(session).items()
    ]


def signals(session: Session, *, cursor: str | None = None) -> Page[SignalRow]:
    """Signals that wait, the oldest first."""
    query = select(
        Signal.id,
        Signal.source,
        Signal.kind,
        Signal.subject_id,
        Signal.hook,
        Signal.received_at,
        Signal.due_at,
        Signal.attempts,
        Signal.last_error,
    )
    return page(session, query, (Signal.id,), lambda row: SignalRow(*row[:9]), cursor=cursor, ascending=True)


_BAD = text(
    """
    SELECT bad.source, bad.external_id, bad.observed_at, bad.error, bad.resolved_at, placed.id, placed.number,
        bad.answer
    FROM distribution.bad_snapshots bad
    LEFT JOIN distribution.orders placed ON placed.source = bad.source AND placed.external_id = bad.external_id
    WHERE bad.source = :source AND bad.external_id = :external_id
    """
)


def bad_snapshots(session: Session, *, resolved: bool = False, cursor: str | None = None) -> Page[BadRow]:
    """Answers that could not be read, newest first: those still so, or those a good one followed."""
    same = (Order.source == BadSnapshot.source) & (Order.external_id == BadSnapshot.external_id)
    query = select(
        BadSnapshot.source,
        BadSnapshot.external_id,
        BadSnapshot.observed_at,
        BadSnapshot.error,
        BadSnapshot.resolved_at,
        Order.id,
        Order.number,
    ).outerjoin(Order, same)
    query = query.where(
        BadSnapshot.resolved_at.is_not(None) if resolved else BadSnapshot.resolved_at.is_(None)
    )
    key = (BadSnapshot.observed_at, BadSnapshot.source, BadSnapshot.external_id)
    return page(session, query, key, lambda row: BadRow(*row[:7]), cursor=cursor)


def bad_snapshot(session: Session, source: str, external_id: str) -> BadPage:
    """One answer that could not be read, raw; raises NotFound."""
    row = session.execute(_BAD, {"source": source, "external_id": external_id}).one_or_none()
    if row is None:
        raise NotFound("there is no such answer", source=source, external_id=external_id)
    return BadPage(BadRow(*row[:7]), row[7])


def effects(session: Session, *, failed: bool = True, cursor: str | None = None) -> Page[EffectRow]:
    """Effects given up, or those that wait; newest first."""
    query = select(
        Effect.id,
        Effect.kind,
        Effect.dedupe_key,
        Effect.created_at,
        Effect.due_at,
        Effect.attempts,
        Effect.last_error,
        Effect.failed_at,
    ).where(Effect.done_at.is_(None), Effect.failed_at.is_not(None) if failed else Effect.failed_at.is_(None))
    return page(session, query, (Effect.id,), lambda row: EffectRow(*row[:8]), cursor=cursor)
