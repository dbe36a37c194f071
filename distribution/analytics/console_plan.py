"""Published versions of the plan, as the console lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from distribution.analytics.console_people import actor_names
from distribution.commission import publish
from distribution.commission.plan.parse import parse
from distribution.commission.plan.rules import Plan
from distribution.commission.tables import PlanVersion

State = Literal["in_force", "planned", "past", "overtaken"]
"""Overtaken: a version published later came into effect no later, so this one never held and never will."""


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
            state="overtaken" if publish.is_overtaken(row, rows) else _state(row, holding, now),
        )
        for row in rows
    ]


def _state(row: PlanVersion, holding: int, now: datetime) -> State:
    if row.number == holding:
        return "in_force"
    return "planned" if row.effective_at > now else "past"
