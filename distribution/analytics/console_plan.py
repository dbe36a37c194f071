"""Commission plans as the console shows them: versions, and what differs between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.console_people import actor_names
from distribution.commission import publish
from distribution.commission.freeze import freeze
from distribution.commission.plan import LEVELS, Plan, Rate, parse
from distribution.money import to_decimal_text, to_minor
from distribution.orders.snapshot import OrderLine

State = Literal["in_force", "planned", "past"]


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
    found = next((rate for rate in plan.rates if rate.level == level), None)
    return None if found is None or not (found.bps or found.fixed_minor) else found


def example(plan: Plan, currency: str) -> list[tuple[int, int]]:
    """What one unit at 100 (net; 120 gross) brings each level: (level, minor units), by the plan's own arithmetic."""
    unit_minor = to_minor("100", currency)
    line = OrderLine("example", 1, 1, 0, net_minor=unit_minor, gross_minor=unit_minor * 120 // 100)
    base_minor = line.net_minor if plan.base == "net" else line.gross_minor
    everybody = [UUID(int=level) for level in range(1, LEVELS + 1)]
    return [
        (share.level, base_minor * share.rate_numerator // share.rate_denominator)
        for share in freeze(line, plan=plan, upline=everybody, currency=currency)
    ]


def document_of(plan: Plan) -> Mapping[str, Any]:
    """A plan as the document that would publish it again."""
    rates: list[dict[str, Any]] = []
    for rate in plan.rates:
        if rate.fixed_minor is None or rate.currency is None:
            rates.append({"level": rate.level, "bps": rate.bps})
        else:
            fixed = to_decimal_text(rate.fixed_minor, rate.currency)
            rates.append({"level": rate.level, "fixed": fixed, "currency": rate.currency})
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
