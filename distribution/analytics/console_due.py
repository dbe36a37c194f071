"""What no closed run has settled: what a run would settle now, and what waits for its hold to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.settlement.line_sums import folded
from distribution.settlement.settle import currencies
from distribution.settlement.window import LINES

MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Due:
    """What a run of one currency would settle now, and what is earned and waits for its hold to end.

    `distributors` is None of more than `MOST_COUNTED` lines: who they are of takes reading each; the preview does.
    """

    currency: str
    distributors: int | None
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
_SINCE = "(matures_at > CAST(:cutoff_at AS timestamptz) OR epoch > :epoch)"
_HOUR = "date_trunc('hour', CAST({moment} AS timestamptz), 'UTC')"
_CUTOFF_HOUR, _NOW_HOUR = _HOUR.format(moment=":cutoff_at"), _HOUR.format(moment=":now")
_IN_HOUR = "(matures_at >= {hour} AND matures_at < {hour} + interval '1 hour')"
# What no statement contains: matured since the last cutoff, written since the last epoch, and what the last run left.
# Of epochs that are summed it is read by the hour, but for the two hours that the cutoff and the present divide.
_OPEN = f"""
SELECT matures_hour AS matures_at, line_count, accrued_minor, reversed_minor FROM distribution.line_sums
WHERE currency = :currency AND epoch <= :folded AND matures_hour NOT IN ({_CUTOFF_HOUR}, {_NOW_HOUR})
    AND (matures_hour > CAST(:cutoff_at AS timestamptz) OR epoch > :epoch)
UNION ALL
SELECT matures_at, 1, greatest(amount_minor, 0), least(amount_minor, 0) FROM ({LINES}) AS line
WHERE currency = :currency AND epoch <= :folded AND {_SINCE}
    AND ({_IN_HOUR.format(hour=_CUTOFF_HOUR)} OR {_IN_HOUR.format(hour=_NOW_HOUR)})
UNION ALL
SELECT matures_at, 1, greatest(amount_minor, 0), least(amount_minor, 0) FROM ({LINES}) AS line
WHERE currency = :currency AND epoch > :folded AND {_SINCE}
UNION ALL
SELECT CAST(:cutoff_at AS timestamptz), line_count, accrued_minor, reversed_minor
FROM distribution.settlement_carries WHERE run_id = CAST(:run_id AS uuid)
"""
_SUMS = text(f"""
SELECT coalesce(sum(line_count) FILTER (WHERE matures_at <= :now), 0)::bigint AS lines,
    coalesce(sum(accrued_minor) FILTER (WHERE matures_at <= :now), 0)::bigint AS accrued_minor,
    coalesce(sum(reversed_minor) FILTER (WHERE matures_at <= :now), 0)::bigint AS reversed_minor,
    coalesce(sum(accrued_minor + reversed_minor) FILTER (WHERE matures_at > :now), 0)::bigint AS pending_minor
FROM ({_OPEN}) AS line HAVING count(*) > 0
""")
_NEXT = text("""
SELECT min(next_at) FROM (
    (SELECT matures_at AS next_at FROM distribution.commission_lines
     WHERE currency = :currency AND matures_at > :now ORDER BY matures_at LIMIT 1)
    UNION ALL
    (SELECT matures_at FROM distribution.period_adjustments
     WHERE currency = :currency AND matures_at > :now ORDER BY matures_at LIMIT 1)
) AS first
""")
_PEOPLE = text(f"""
SELECT count(DISTINCT distributor_id) FROM (
    SELECT distributor_id FROM ({LINES}) AS line
    WHERE currency = :currency AND matures_at > CAST(:cutoff_at AS timestamptz) AND matures_at <= :now
    UNION ALL
    SELECT distributor_id FROM ({LINES}) AS line
    WHERE currency = :currency AND matures_at <= CAST(:cutoff_at AS timestamptz) AND epoch > :epoch
    UNION ALL
    SELECT distributor_id FROM distribution.settlement_carries WHERE run_id = CAST(:run_id AS uuid)
) AS line
""")


def due(session: Session, *, now: datetime, most_counted: int = MOST_COUNTED) -> list[Due]:
    """What no run has settled yet, by currency; whose it is is counted of up to `most_counted` lines."""
    return [
        Due(
            currency=asked["currency"],
            distributors=session.execute(_PEOPLE, asked).scalar_one() if row.lines <= most_counted else None,
            **row._mapping,
            next_at=session.execute(_NEXT, asked).scalar_one(),
        )
        for asked, row in _by_currency(session, now)
    ]


def earned(session: Session, *, now: datetime) -> list[Earned]:
    """The same as two sums."""
    return [
        Earned(asked["currency"], row.pending_minor, row.accrued_minor + row.reversed_minor)
        for asked, row in _by_currency(session, now)
    ]


def _by_currency(session: Session, now: datetime) -> Iterator[tuple[dict[str, Any], Any]]:
    # Before the lines: what is folded meanwhile is left to the lines themselves.
    until = folded(session)
    for currency in currencies(session):
        last = session.execute(_LAST, {"currency": currency}).one_or_none()
        run_id, epoch, cutoff_at = last or (None, 0, "-infinity")
        asked = {
            "currency": currency,
            "run_id": run_id,
            "epoch": epoch,
            "cutoff_at": cutoff_at,
            "folded": until,
            "now": now,
        }
        for row in session.execute(_SUMS, asked):
            yield asked, row
