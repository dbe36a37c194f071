"""The longest any plan has ever kept commission waiting."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.plan.built_in import BUILT_IN

_LONGEST = text(
    """
    SELECT greatest(max((document ->> 'hold_days')::integer), max(by_grade.days::integer))
    FROM distribution.plan_versions
    LEFT JOIN LATERAL jsonb_each_text(nullif(document -> 'hold_days_by_grade', 'null')) AS by_grade(grade, days) ON true
    """
)


def longest_hold_days(session: Session) -> int:
    """The longest hold of all plans that were ever published, and of the built-in one, in days."""
    published: int | None = session.execute(_LONGEST).scalar_one()
    return max(int(BUILT_IN["hold_days"]), published or 0)
