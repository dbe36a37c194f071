"""How long commission waits: for the goods to arrive, where the plan says so, and then for the hold."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from distribution.commission.known import KnownTerms
from distribution.commission.plan.compiled import CompiledPlan

_NOTHING = timedelta()


def wait(plan: CompiledPlan | None) -> timedelta:
    """How long after they were sent goods count as received, if nobody says so earlier; nothing, where the hold begins
    when they are sent."""
    days = plan.plan.received_after_days if plan is not None else None
    return _NOTHING if days is None else timedelta(days=days)


def hold(
    terms: KnownTerms, plan: CompiledPlan | None = None, distributor_id: UUID | None = None
) -> timedelta:
    """The hold of one earner's lines under `terms`, by the grade that was frozen with them; else everybody's."""
    return timedelta(days=hold_days(terms, plan, distributor_id))


def hold_days(terms: KnownTerms, plan: CompiledPlan | None, distributor_id: UUID | None) -> int:
    """How many days one earner's lines are held under `terms`, by the grade frozen with them; else everybody's."""
    by_grade = plan.plan.hold_days_by_grade if plan is not None else None
    if not by_grade or distributor_id is None:
        return terms.hold_days
    return by_grade.get(grade_of(terms, distributor_id) or "", terms.hold_days)


def grade_of(terms: KnownTerms, distributor_id: UUID) -> str | None:
    """The grade that was frozen of the seller or one of the two above, where a rule asked for it."""
    about = (terms.facts.get("people") or (None, None, None))[terms.upline.index(distributor_id)]
    grade: str | None = (about or {}).get("grade")
    return grade
