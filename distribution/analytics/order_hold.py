"""How long commission of an order waits, and as whose grade says so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.explanation.read import plan_numbered
from distribution.commission.hold import grade_of, hold_days
from distribution.commission.known import KnownTerms


def own_hold(session: Session, terms: Any, distributor_id: UUID) -> tuple[int, str | None]:
    """The hold of one earner in days, and the grade it is of; None where it is everybody's.

    `terms` is a row with the columns of terms.
    """
    upline = (terms.seller_id, terms.second_id, terms.third_id)
    if distributor_id not in upline:
        return terms.hold_days, None
    plan = plan_numbered(session, terms.plan_number)
    frozen = KnownTerms(0, 0, terms.plan_number, upline, "", "", terms.hold_days, terms.facts)
    grade = grade_of(frozen, distributor_id)
    of_grade = grade is not None and grade in plan.plan.hold_days_by_grade
    return hold_days(frozen, plan, distributor_id), grade if of_grade else None
