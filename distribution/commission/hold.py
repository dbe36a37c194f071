"""How long after fulfilment somebody's commission waits: as their own grade says, else as the plan does."""

from __future__ import annotations

from uuid import UUID

from distribution.commission.known import KnownTerms
from distribution.commission.plan.compiled import CompiledPlan


def hold_days(terms: KnownTerms, plan: CompiledPlan | None, distributor_id: UUID) -> int:
    """The hold of one earner's lines under `terms`, by the grade that was frozen with them."""
    by_grade = plan.plan.hold_days_by_grade if plan is not None else None
    if not by_grade:
        return terms.hold_days
    return by_grade.get(grade_of(terms, distributor_id) or "", terms.hold_days)


def grade_of(terms: KnownTerms, distributor_id: UUID) -> str | None:
    """The grade that was frozen of the seller or one of the two above, where a rule asked for it."""
    about = (terms.facts.get("people") or (None, None, None))[terms.upline.index(distributor_id)]
    grade: str | None = (about or {}).get("grade")
    return grade
