"""What the jobs are at: what waits, what was given up, what failed, and when the shop was last compared with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from distribution.db import clock_at, transaction
from distribution.installation.outcome import Finding, one_line
from distribution.installation.outcomes import found
from distribution.runs.record import runs

LONGEST_WAIT = timedelta(minutes=2)
LONGEST_WITHOUT_COMPARISON = timedelta(hours=2)

_INBOX = text(
    """
    SELECT count(*), min(due_at), (array_agg(last_error ORDER BY id DESC) FILTER (WHERE last_error IS NOT NULL))[1]
    FROM distribution.inbox WHERE due_at <= :late OR last_error IS NOT NULL
    """
)
_BAD = text("SELECT count(*), max(error) FROM distribution.bad_snapshots WHERE resolved_at IS NULL")
_OUTBOX = text(
    "SELECT count(*), max(last_error) FROM distribution.outbox WHERE failed_at IS NOT NULL AND done_at IS NULL"
)
_PROOF = text(
    "SELECT at, jsonb_array_length(differences) FROM distribution.verifications ORDER BY id DESC LIMIT 1"
)
_COMPARED = text(
    """
    SELECT max(finished_at) FILTER (WHERE error IS NULL), (array_agg(error ORDER BY id DESC))[1], count(*)
    FROM distribution.reconciliations WHERE source = 'saleor' AND finished_at IS NOT NULL
    """
)


def check_work(engine: Engine, *, reads_a_shop: bool) -> list[Finding]:
    """Each of them, in a transaction of its own: what one cannot read says nothing of the others."""
    checks = [_inbox, _bad, _effects, _jobs, _proof, _signals]
    if reads_a_shop:
        checks.append(_compared)
    return [_tried(engine, check) for check in checks]


def _tried(engine: Engine, check: Callable[[Session, datetime], Finding]) -> Finding:
    try:
        with transaction(engine) as session:
            return check(session, clock_at(session))
    except SQLAlchemyError as error:
        return found("database.unreachable", error=one_line(getattr(error, "orig", None) or error))


def _inbox(session: Session, now: datetime) -> Finding:
    count, oldest, error = session.execute(_INBOX, {"late": now - LONGEST_WAIT}).one()
    if not count:
        return found("inbox.good")
    why = f": {one_line(error)}" if error else ""
    return found("inbox.waiting", count=count, error=why, **_when(oldest, now))


def _bad(session: Session, _now: datetime) -> Finding:
    count, error = session.execute(_BAD).one()
    return found("orders.unreadable", count=count, error=one_line(error)) if count else found("orders.good")


def _effects(session: Session, _now: datetime) -> Finding:
    count, error = session.execute(_OUTBOX).one()
    return found("outbox.given_up", count=count, error=one_line(error)) if count else found("outbox.good")


def _jobs(session: Session, _now: datetime) -> Finding:
    failing = [run for run in runs(session).values() if run.failures]
    if not failing:
        return found("jobs.good")
    worst = max(failing, key=lambda run: run.failures)
    return found("jobs.failing", name=worst.name, count=worst.failures, error=one_line(worst.last_error))


def _proof(session: Session, now: datetime) -> Finding:
    row = session.execute(_PROOF).one_or_none()
    if row is None:
        return found("proof.none")
    at, differences = row
    if differences:
        return found("proof.differs", count=differences, **_when(at, now))
    return found("proof.good", **_when(at, now))


def _signals(session: Session, now: datetime) -> Finding:
    run = runs(session).get("drain_inbox")
    last = run.facts.get("last_signal_at") if run else None
    if last is None:
        return found("signal.none")
    return found("signal.good", **_when(datetime.fromisoformat(last), now))


def _compared(session: Session, now: datetime) -> Finding:
    good_at, error, count = session.execute(_COMPARED).one()
    if not count:
        return found("reconciliation.never")
    if error:
        return found("reconciliation.failing", error=one_line(error))
    late = now - good_at > LONGEST_WITHOUT_COMPARISON
    return found("reconciliation.late" if late else "reconciliation.good", **_when(good_at, now))


def ago(moment: datetime, now: datetime) -> str:
    """How long since, in the largest unit of which there are two."""
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} seconds ago"


def _when(moment: datetime, now: datetime) -> dict[str, str]:
    """A moment in words, and as it is for who has words of their own."""
    return {"ago": ago(moment, now), "at": moment.isoformat()}
