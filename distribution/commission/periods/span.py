"""A calendar month, quarter or year of the program's time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from distribution.commission.counting.months import month_of, months_of
from distribution.commission.plan.rules import PERIODS, Period


@dataclass(frozen=True, slots=True)
class Span:
    """One period by its first day."""

    period: Period
    first: date

    @property
    def after(self) -> date:
        """The first day of the next one."""
        last = months_of(self.first, self.period)[-1]
        return date(last.year + last.month // 12, last.month % 12 + 1, 1)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The moments it begins at and ends before."""
        begins, ends = (
            datetime.combine(day, time(), zone).astimezone(UTC) for day in (self.first, self.after)
        )
        return begins, ends

    @property
    def decided(self) -> tuple[Period, ...]:
        """The kinds of periods that are over when it is."""
        return PERIODS[: PERIODS.index(self.period) + 1]

    @property
    def around(self) -> list[Span]:
        """The longer periods it is part of."""
        return [span_of(self.first, longer) for longer in PERIODS[len(self.decided) :]]


def span_of(month: date, period: Period) -> Span:
    """The period that a month is in."""
    return Span(period, months_of(month, period)[0])


def over(period: Period, since: datetime, now: datetime, zone: ZoneInfo) -> Iterator[Span]:
    """The periods of a kind that are over at `now`, from the one that `since` is in."""
    span = span_of(month_of(since, zone), period)
    while span.bounds(zone)[1] <= now:
        yield span
        span = Span(period, span.after)
