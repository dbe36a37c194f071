"""Commission plans as the console shows them: versions, and what differs between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.console_people import actor_names
from distribution.commission import publish
from distribution.commission.plan.built_in import LEVELS
from distribution.commission.plan.compiled import compile_plan
from distribution.commission.plan.parse import parse
from distribution.commission.plan.rules import Plan, Rate
from distribution.commission.plan.selector import Selector
from distribution.commission.rating.facts import Facts, Person
from distribution.commission.rating.freeze import freeze
from distribution.money import to_decimal_text, to_minor
from distribution.orders.snapshot import OPEN, OrderLine, OrderSnapshot

State = Literal["in_force", "planned", "past"]
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One published version; of those in effect the one with the highest number holds."""

    number: int
    plan: Plan
    effective_at: datetime
    published_at: datetime
    actor: str
    actor_name: str | None
    state: State


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs; what a level earns is a Rate or None, the rest plain values."""

    what: str
    before: Any
    after: Any


def versions(session: Session, *, now: datetime) -> list[VersionRow]:
    """Every published version, newest first."""
    rows = publish.history(session)
    names = actor_names(session, (row.actor for row in rows))
    holding = publish.current(session, now=now).number
    return [
        VersionRow(
            number=row.number,
            plan=parse(row.document, row.number),
            effective_at=row.effective_at,
            published_at=row.published_at,
            actor=row.actor,
            actor_name=names.get(row.actor),
            state=_state(row.number, row.effective_at, holding, now),
        )
        for row in rows
    ]


def differences(before: Plan, after: Plan) -> list[Change]:
    """What a new plan changes."""
    changes = [
        Change(what, getattr(before, what), getattr(after, what))
        for what in ("name", "base", "ceiling_bps", "hold_days")
        if getattr(before, what) != getattr(after, what)
    ]
    for level in range(1, LEVELS + 1):
        old, new = rate_of(before, level), rate_of(after, level)
        if old != new:
            changes.append(Change(f"level_{level}", old, new))
    return changes


def rate_of(plan: Plan, level: int) -> Rate | None:
    """What a level earns; None where the plan pays it nothing."""
    everywhere = (rate for rate in plan.rates if rate.level == level and rate.selector == Selector())
    found = next(everywhere, None)
    return None if found is None or not (found.value.bps or found.value.fixed_minor) else found


def example(plan: Plan, currency: str) -> list[tuple[int, int]]:
    """What one unit at 100 (net; 120 gross) brings each level: (level, minor units), by the plan's own arithmetic."""
    unit_minor = to_minor("100", currency)
    line = OrderLine("example", 1, 1, 0, net_minor=unit_minor, gross_minor=unit_minor * 120 // 100)
    snapshot = OrderSnapshot(
        *("example", "1", "1", "", currency, _ANY_TIME, _ANY_TIME, OPEN),
        *(line.gross_minor, line.gross_minor, 0),
        lines=(line,),
    )
    first, second, third = (Person(UUID(int=level)) for level in range(1, LEVELS + 1))
    shares = freeze(compile_plan(plan), snapshot, Facts((first, second, third)))
    return [(share.level, share.claimed_minor) for share in shares]


def document_of(plan: Plan) -> Mapping[str, Any]:
    """A plan as the document that would publish it again."""
    rates: list[dict[str, Any]] = []
    for rate in plan.rates:
        if rate.value.fixed_minor is None or rate.value.currency is None:
            rates.append({"level": rate.level, "bps": rate.value.bps})
        else:
            fixed = to_decimal_text(rate.value.fixed_minor, rate.value.currency)
            rates.append({"level": rate.level, "fixed": fixed, "currency": rate.value.currency})
    return {
        "name": plan.name,
        "base": plan.base,
        "ceiling_bps": plan.ceiling_bps,
        "hold_days": plan.hold_days,
        "rates": rates,
    }


def _state(number: int, effective_at: datetime, holding: int, now: datetime) -> State:
    if number == holding:
        return "in_force"
    return "planned" if effective_at > now and number > holding else "past"
