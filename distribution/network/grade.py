"""Gives a distributor a grade, or takes it away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.network import find, tree
from distribution.network.history import begin_grade
from distribution.network.tables import Distributor
from distribution.settings import program


def set_grade(
    session: Session,
    distributor_id: UUID | str,
    *,
    grade: str | None,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> Distributor:
    """Put a distributor into a grade of the program, or into none, from `now` on.

    Orders placed before keep the grade they had. Raises InvalidInput (`grade`) for one the program does not have, and
    DistributorNotFound. Giving somebody the grade they have changes nothing.
    """
    tree.lock(session)
    distributor = find.by_id(session, distributor_id, for_update=True)
    before = distributor.grade
    if grade == before:
        return distributor
    if grade is not None and grade not in program.read(session).grades:
        raise InvalidInput(f"grade: the program has no grade {grade!r}", field="grade", grade=grade)
    distributor.grade = grade
    session.flush()
    begin_grade(session, distributor, actor=actor, now=now, reason=reason)
    record(
        session,
        actor=actor,
        action="distributor.set_grade",
        subject_type="distributor",
        subject_id=distributor.id,
        now=now,
        before={"grade": before},
        after={"grade": grade},
        reason=reason,
    )
    return distributor
