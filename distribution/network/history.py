"""Appends to the histories of sponsors, standings, grades and groups; each runs forward in time for each person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.network.tables import Distributor, Grading, Membership, Sponsorship, Standing

History = Sponsorship | Standing | Grading | Membership


def begin_sponsorship(
    session: Session, distributor: Distributor, *, actor: str, now: datetime, reason: str | None = None
) -> Sponsorship:
    """Record that the distributor's present sponsor holds from `now` on."""
    return append(
        session,
        Sponsorship(
            distributor_id=distributor.id,
            sponsor_id=distributor.sponsor_id,
            effective_at=_not_before_the_last(session, Sponsorship, distributor.id, now),
            recorded_at=now,
            actor=actor,
            reason=reason,
        ),
    )


def begin_standing(
    session: Session, distributor: Distributor, *, actor: str, now: datetime, reason: str | None = None
) -> Standing:
    """Record that the distributor's present status holds from `now` on."""
    return append(
        session,
        Standing(
            distributor_id=distributor.id,
            status=distributor.status,
            effective_at=_not_before_the_last(session, Standing, distributor.id, now),
            recorded_at=now,
            actor=actor,
            reason=reason,
        ),
    )


def begin_grade(
    session: Session, distributor: Distributor, *, actor: str, now: datetime, reason: str | None = None
) -> Grading:
    """Record that the distributor's present grade, or having none, holds from `now` on."""
    return append(
        session,
        Grading(
            distributor_id=distributor.id,
            grade=distributor.grade,
            effective_at=_not_before_the_last(session, Grading, distributor.id, now),
            recorded_at=now,
            actor=actor,
            reason=reason,
        ),
    )


def begin_membership(
    session: Session,
    distributor: Distributor,
    group: str,
    *,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> Membership:
    """Record that from `now` on the distributor is in the group, or is not, as their row says."""
    return append(
        session,
        Membership(
            distributor_id=distributor.id,
            group_key=group,
            member=group in distributor.groups,
            effective_at=_not_before_the_last(session, Membership, distributor.id, now),
            recorded_at=now,
            actor=actor,
            reason=reason,
        ),
    )


def sponsorships(session: Session, distributor_id: UUID) -> list[Sponsorship]:
    """Everybody who ever sponsored the distributor, oldest first."""
    rows = (
        select(Sponsorship).where(Sponsorship.distributor_id == distributor_id).order_by(Sponsorship.number)
    )
    return list(session.scalars(rows))


def standings(session: Session, distributor_id: UUID) -> list[Standing]:
    """Every status the distributor ever had, oldest first."""
    rows = select(Standing).where(Standing.distributor_id == distributor_id).order_by(Standing.number)
    return list(session.scalars(rows))


def gradings(session: Session, distributor_id: UUID) -> list[Grading]:
    """Every grade the distributor ever had, oldest first."""
    rows = select(Grading).where(Grading.distributor_id == distributor_id).order_by(Grading.number)
    return list(session.scalars(rows))


def memberships(session: Session, distributor_id: UUID) -> list[Membership]:
    """Every group the distributor ever came into or left, oldest first."""
    rows = select(Membership).where(Membership.distributor_id == distributor_id).order_by(Membership.number)
    return list(session.scalars(rows))


def _not_before_the_last(
    session: Session, table: type[History], distributor_id: UUID, now: datetime
) -> datetime:
    # Clocks of two machines differ: what is appended later never takes effect earlier.
    last = session.scalar(select(func.max(table.effective_at)).where(table.distributor_id == distributor_id))
    return now if last is None else max(now, last)
