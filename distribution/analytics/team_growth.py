"""How a team grew: who joined in each of the last months, by level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.team import LEVELS

MONTHS = 6

# Each count reads one range of an index that holds nothing else: the biggest team's costs a few milliseconds.
_JOINED = text(
    """
SELECT {counts}
FROM unnest(CAST(:begins AS timestamptz[]), CAST(:ends AS timestamptz[])) WITH ORDINALITY AS month(begins, ends, number)
ORDER BY month.number
""".format(
        counts=", ".join(
            f"(SELECT count(*) FROM distribution.distributors WHERE {above}_id = :distributor_id "
            "AND joined_at >= month.begins AND joined_at < month.ends AND status IN ('active', 'suspended'))"
            for above in ("sponsor", "second", "third")
        )
    )
)


@dataclass(frozen=True, slots=True)
class Month:
    """Members of today who joined in the month that begins at `begins_on`, by level."""

    begins_on: date
    joined: dict[int, int]

    @property
    def total(self) -> int:
        """At all levels together."""
        return sum(self.joined.values())


def month_starts(now: datetime, zone: str, *, months: int = MONTHS) -> list[date]:
    """The first days of the last `months` months by the clock of `zone`, this one last, and of the next one."""
    here = now.astimezone(ZoneInfo(zone))
    newest = here.year * 12 + here.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(newest - months + 1, newest + 2)]


def team_growth(session: Session, distributor_id: UUID, *, now: datetime, zone: str) -> tuple[Month, ...]:
    """The last six months, oldest first; the last one is this month so far."""
    days = month_starts(now, zone)
    at = [datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) for day in days]
    rows = session.execute(_JOINED, {"distributor_id": distributor_id, "begins": at[:-1], "ends": at[1:]})
    return tuple(
        Month(begins_on, dict(zip(LEVELS, row, strict=True)))
        for begins_on, row in zip(days, rows, strict=False)
    )
