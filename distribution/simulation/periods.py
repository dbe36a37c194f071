"""What the periods of a replay decide as a whole: the draft without the caps of its periods, and what those leave."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from distribution.commission.periods.deciding import Deciding
from distribution.commission.periods.span import Span
from distribution.commission.periods.sums import Sum, due
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.rules import PERIODS, Period
from distribution.simulation.months import Calendar
from distribution.simulation.tally import Tally


class Lifted(NamedTuple):
    """The draft as a period decides on it, and the sales it goes by, by their names in facts."""

    plan: CompiledPlan
    counters: dict[str, tuple[str, Period]]


class Change(NamedTuple):
    """What a period changes for somebody."""

    month: str
    distributor: str
    amount_minor: int
    potential_minor: int


@dataclass(slots=True)
class Periods:
    """Whichever the draft decides on when they are over."""

    deciding: Deciding
    number: int
    kinds: tuple[Period, ...]
    _present: tuple[date, Lifted | None] | None = None

    def lifted(self, calendar: Calendar) -> Lifted | None:
        """How the orders of the present month are decided, None while no period around it is over."""
        if not self.kinds:
            return None
        if self._present is None or self._present[0] != calendar.month:
            span = self.span(calendar, calendar.month)
            self._present = calendar.month, None if span is None else self._lifted(span)
        return self._present[1]

    def span(self, calendar: Calendar, month: date) -> Span | None:
        """The longest period around a month that is over."""
        spans = (calendar.whole(month, period) for period in reversed(self.kinds))
        return next((span for span in spans if span is not None), None)

    def changes(self, calendar: Calendar, currency: str, tally: Tally) -> list[Change]:
        """What each period that is over changes for each person; it is counted in the period's last month."""
        sums: dict[tuple[Span, str], tuple[Sum, Sum, list[int]]] = defaultdict(lambda: (Sum(), Sum(), [0, 0]))
        for name, people in tally.periods.items():
            month = date.fromisoformat(f"{name}-01")
            span = self.span(calendar, month)
            assert span is not None
            for who, row in people.items():
                amounts, potentials, found = sums[(span, who)]
                amounts.parts[(self.number, month)] += row[0]
                potentials.parts[(self.number, month)] += row[1]
                found[0] += row[2]
                found[1] += row[3]
        return [
            Change(
                last_month(span),
                who,
                due(amounts, self.deciding, span, currency).amount_minor - found[0],
                due(potentials, self.deciding, span, currency).amount_minor - found[1],
            )
            for (span, who), (amounts, potentials, found) in sums.items()
        ]

    def _lifted(self, span: Span) -> Lifted:
        found = self.deciding.lifted(self.number, span)
        return Lifted(found.plan, {f"{by}/{period}": (by, period) for by, period in found.counters})


def periods_of(plan: CompiledPlan, zone: ZoneInfo) -> Periods:
    """The periods that a plan decides on."""
    kinds = {cap.period for cap in plan.plan.caps} | {
        rate.value.tiers.period
        for rate in plan.plan.rates
        if rate.value.tiers is not None and rate.value.tiers.mode == "whole"
    }
    number = plan.plan.number
    deciding = Deciding(zone, (), {number: plan})
    return Periods(deciding, number, tuple(period for period in PERIODS if period in kinds))


def last_month(span: Span) -> str:
    """The name of a period's last month."""
    last = date(span.after.year - (span.after.month == 1), (span.after.month - 2) % 12 + 1, 1)
    return last.isoformat()[:7]
