"""Which plan versions leave something to decide when a period is over, and what is left of them then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from distribution.commission.periods.span import Span, over
from distribution.commission.plan.compiled import CompiledPlan, compile_plan
from distribution.commission.plan.rules import PERIODS, Period, Plan, Tiers
from distribution.commission.plan.versions import Version, built_in, load

_VERSIONS = "SELECT number, effective_at, digest FROM distribution.plan_versions ORDER BY number DESC"
_ZONE = "SELECT time_zone FROM distribution.counting"


@dataclass(frozen=True, slots=True)
class Lifted:
    """A plan version as a period decides on it: without the caps that hold for the period's sum.

    `counters` are the sales, by whose and by period, that its `whole` tiers go by.
    """

    plan: CompiledPlan
    counters: tuple[tuple[str, Period], ...]


@dataclass(slots=True)
class Deciding:
    """The calendar, the plan versions, the highest first, and what their periods decide."""

    zone: ZoneInfo
    versions: Sequence[Version]
    plans: Mapping[int, CompiledPlan]
    _lifted: dict[tuple[int, Period], Lifted] = field(default_factory=dict)

    def spans(self, now: datetime) -> list[Span]:
        """Every period that is over and that a version with something to decide was in force in, shorter ones first."""
        return [span for period in PERIODS for span in self._over(period, now)]

    def decides(self, plan_number: int, span: Span) -> bool:
        """Whether orders of that version are decided once more when `span` is over."""
        return any(_decides(self.plans[plan_number].plan, period) for period in span.decided)

    def deciding(self, period: Period) -> list[int]:
        """The versions that leave something to decide when a period of this kind is over."""
        return [number for number, plan in self.plans.items() if _decides(plan.plan, period)]

    def lifted(self, plan_number: int, span: Span) -> Lifted:
        """A version as `span` decides on it."""
        key = (plan_number, span.period)
        if key not in self._lifted:
            plan = self.plans[plan_number].plan
            caps = tuple(cap for cap in plan.caps if cap.period not in span.decided)
            counters = {
                (tiers.by, tiers.period): None for tiers in _whole_tiers(plan) if tiers.period in span.decided
            }
            self._lifted[key] = Lifted(compile_plan(replace(plan, caps=caps)), tuple(counters))
        return self._lifted[key]

    def cap_minor(self, plan_number: int, period: Period, currency: str) -> int | None:
        """What a distributor may earn in a period at most."""
        caps = self.plans[plan_number].plan.caps
        return next(
            (cap.amount_minor for cap in caps if (cap.period, cap.currency) == (period, currency)), None
        )

    def _over(self, period: Period, now: datetime) -> list[Span]:
        found: dict[Span, None] = {}
        for number, effective_at, _ in reversed(self.versions):
            if not _decides(self.plans[number].plan, period):
                continue
            # Whoever was published later and holds by then has taken its place.
            ends = min((at for later, at, _ in self.versions if later > number), default=now)
            if effective_at < ends:
                spans = over(period, effective_at, now, self.zone)
                found |= dict.fromkeys(span for span in spans if span.bounds(self.zone)[0] < ends)
        return list(found)


def read_deciding(connection: psycopg.Connection[Any]) -> Deciding | None:
    """What there is to go by; None while no plan ever asked for sales or claims of a period."""
    zone = connection.execute(_ZONE).fetchone()
    if zone is None:
        return None
    versions = [(number, at, bytes(digest)) for number, at, digest in connection.execute(_VERSIONS)]
    plans = {version[0]: load(connection, version) for version in versions}
    return Deciding(ZoneInfo(zone[0]), versions, {built_in().plan.number: built_in(), **plans})


def _decides(plan: Plan, period: Period) -> bool:
    """Whether a plan has a tier that holds for a whole period, or a cap on what a distributor earns in it."""
    return any(cap.period == period for cap in plan.caps) or any(
        tiers.period == period for tiers in _whole_tiers(plan)
    )


def _whole_tiers(plan: Plan) -> Iterator[Tiers]:
    for rate in plan.rates:
        if rate.value.tiers is not None and rate.value.tiers.mode == "whole":
            yield rate.value.tiers
