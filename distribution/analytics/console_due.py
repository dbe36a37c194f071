"""What no closed run has settled: what a run would settle now, and what waits for its hold to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from distribution.settlement.settle import currencies
from distribution.settlement.window import LINES


@dataclass(frozen=True, slots=True)
class Due:
    """What a run of one currency would settle now, and what is earned and waits for its hold to end."""

    currency: str
    distributors: int
    lines: int
    accrued_minor: int
    reversed_minor: int
    pending_minor: int
    next_at: datetime | None

    @property
    def total_minor(self) -> int:
        """What the statements would come to."""
        return self.accrued_minor + self.reversed_minor


@dataclass(frozen=True, slots=True)
class Earned:
    """What is earned and not settled in one currency."""

    currency: str
    pending_minor: int
    matured_minor: int


_LAST = text("""
SELECT id, epoch, cutoff_at FROM distribution.settlement_runs
WHERE currency = :currency AND closed_at IS NOT NULL ORDER BY number DESC LIMIT 1
""")
# What no statement contains: matured since the last cutoff, written since the last epoch, and what the last run left.
# Asked of one currency with its last cutoff, so that only what came since is read.
_OPEN = f"""
SELECT line.distributor_id, line.matures_at, 1 AS line_count, greatest(line.amount_minor, 0) AS accrued_minor,
    least(line.amount_minor, 0) AS reversed_minor
FROM ({LINES}) AS line
WHERE line.currency = :currency AND line.matures_at > CAST(:cutoff_at AS timestamptz)
UNION ALL
SELECT line.distributor_id, line.matures_at, 1, greatest(line.amount_minor, 0), least(line.amount_minor, 0)
FROM ({LINES}) AS line
WHERE line.currency = :currency AND line.matures_at <= CAST(:cutoff_at AS timestamptz) AND line.epoch > :epoch
UNION ALL
SELECT distributor_id, CAST(:cutoff_at AS timestamptz), line_count, accrued_minor, reversed_minor
FROM distribution.settlement_carries WHERE run_id = CAST(:run_id AS uuid)
"""
# By distributor first: counting them among millions of lines would sort all of these.
_DUE = text(f"""
WITH theirs AS (
    SELECT sum(line_count) FILTER (WHERE matures_at <= :now) AS line_count,
        sum(accrued_minor) FILTER (WHERE matures_at <= :now) AS accrued_minor,
        sum(reversed_minor) FILTER (WHERE matures_at <= :now) AS reversed_minor,
        sum(accrued_minor + reversed_minor) FILTER (WHERE matures_at > :now) AS pending_minor,
        min(matures_at) FILTER (WHERE matures_at > :now) AS next_at
    FROM ({_OPEN}) AS line GROUP BY distributor_id
)
SELECT count(line_count), coalesce(sum(line_count), 0)::bigint, coalesce(sum(accrued_minor), 0)::bigint,
    coalesce(sum(reversed_minor), 0)::bigint, coalesce(sum(pending_minor), 0)::bigint, min(next_at)
FROM theirs HAVING count(*) > 0
""")
_EARNED = text(f"""
SELECT coalesce(sum(accrued_minor + reversed_minor) FILTER (WHERE matures_at > :now), 0)::bigint,
    coalesce(sum(accrued_minor + reversed_minor) FILTER (WHERE matures_at <= :now), 0)::bigint
FROM ({_OPEN}) AS line HAVING count(*) > 0
""")


def due(session: Session, *, now: datetime) -> list[Due]:
    """What no run has settled yet, by currency."""
    return [Due(currency, *row) for currency, row in _by_currency(session, _DUE, now)]


def earned(session: Session, *, now: datetime) -> list[Earned]:
    """The same as two sums, which are found faster."""
    return [Earned(currency, *row) for currency, row in _by_currency(session, _EARNED, now)]


def _by_currency(session: Session, question: TextClause, now: datetime) -> Iterator[tuple[str, Any]]:
    for currency in currencies(session):
        last = session.execute(_LAST, {"currency": currency}).one_or_none()
        run_id, epoch, cutoff_at = last or (None, 0, "-infinity")
        asked = {"currency": currency, "run_id": run_id, "epoch": epoch, "cutoff_at": cutoff_at, "now": now}
        for row in session.execute(question, asked):
            yield currency, row
