"""What each comparison with the shop covered and came to, and from where the next has to begin."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

OVERLAP = timedelta(minutes=10)
"""How far each run looks behind the one before: replicas lag, and transactions commit late."""
FIRST_LOOK = timedelta(days=30)

_BEGIN = text(
    """
    INSERT INTO distribution.reconciliations (source, kind, since_at, until_at, started_at)
    VALUES (:source, :kind, :since, :until, :now) RETURNING id
    """
)
_COUNT = text(
    """
    UPDATE distribution.reconciliations SET seen = seen + :seen, repaired = repaired + :repaired,
        failed = failed + :failed, paid = paid + :paid, attributed = attributed + :attributed
    WHERE id = :id
    """
)
_END = text("UPDATE distribution.reconciliations SET finished_at = :now, error = :error WHERE id = :id")
_ATTRIBUTED = text(
    """
    SELECT count(*) FROM distribution.orders
    WHERE source = :source AND external_id = ANY (:ids) AND distributor_id IS NOT NULL
    """
)
_GOOD_RUNS = text(
    """
    SELECT since_at, started_at FROM distribution.reconciliations
    WHERE source = :source AND kind <> 'placed' AND finished_at IS NOT NULL AND error IS NULL
    ORDER BY started_at DESC LIMIT 1000
    """
)
_LAST_WHOLE = text(
    """
    SELECT max(started_at) FROM distribution.reconciliations
    WHERE source = :source AND kind = 'everything' AND finished_at IS NOT NULL AND error IS NULL
    """
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Orders of a comparison: those the shop showed, those recorded anew, those not recorded as shown.

    `paid` are recorded exactly as the shop shows them, `attributed` those of them that have a distributor.
    """

    seen: int = 0
    repaired: int = 0
    failed: int = 0
    paid: int = 0
    attributed: int = 0


def begin(
    session: Session, *, source: str, kind: str, since: datetime, until: datetime | None, now: datetime
) -> int:
    """A comparison begins; its id."""
    values = {"source": source, "kind": kind, "since": since, "until": until, "now": now}
    run_id: int = session.execute(_BEGIN, values).scalar_one()
    return run_id


def count(session: Session, run_id: int, compared: Compared) -> None:
    """Add what a page came to."""
    session.execute(
        _COUNT,
        {
            "id": run_id,
            "seen": compared.seen,
            "repaired": compared.repaired,
            "failed": compared.failed,
            "paid": compared.paid,
            "attributed": compared.attributed,
        },
    )


def end(session: Session, run_id: int, *, error: str | None, now: datetime) -> None:
    """The comparison ended, badly where there is an error."""
    session.execute(_END, {"id": run_id, "error": error, "now": now})


def attributed(session: Session, order_ids: Collection[str], *, source: str) -> int:
    """How many of these orders are recorded with a distributor."""
    found: int = session.execute(_ATTRIBUTED, {"source": source, "ids": list(order_ids)}).scalar_one()
    return found


def where_to_begin(session: Session, *, source: str, now: datetime) -> datetime:
    """Up to where good runs cover the time of changes without a gap, less the overlap."""
    covered_until: datetime | None = None
    for since, started_at in reversed(session.execute(_GOOD_RUNS, {"source": source}).all()):
        if covered_until is None or since <= covered_until:
            covered_until = started_at
    return now - FIRST_LOOK if covered_until is None else covered_until - OVERLAP


def last_whole_at(session: Session, *, source: str) -> datetime | None:
    """When the last good comparison of every order began."""
    moment: datetime | None = session.execute(_LAST_WHOLE, {"source": source}).scalar_one()
    return moment
