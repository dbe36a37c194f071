"""Appends to the histories of sponsors, standings, grades and groups; each runs forward in time for each person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.network.tables import Distributor, Grading, Membership, Sponsorship, Standing

_Row = TypeVar("_Row", Sponsorship, Standing, Grading, Membership)


def begin_sponsorship(
    session: Session, distributor: Distributor, *, actor: str, now: datetime, reason: str | None = None
) -> Sponsorship:
    """Record that the distributor's present sponsor holds from `now` on."""
    held = {"sponsor_id": distributor.sponsor_id}
    return _begin(session, Sponsorship, distributor, held, actor=actor, now=now, reason=reason)


def begin_standing(
    session: Session, distributor: Distributor, *, actor: str, now: datetime, reason: str | None = None
) -> Standing:
    """Record that the distributor's present status holds from `now` on."""
    held = {"status": distributor.status}
    return _begin(session, Standing, distributor, held, actor=actor, now=now, reason=reason)


def begin_grade(
    session: Session, distributor: Distributor, *, actor: str, now: datetime, reason: str | None = None
) -> Grading:
    """Record that the distributor's present grade, or having none, holds from `now` on."""
    held = {"grade": distributor.grade}
    return _begin(session, Grading, distributor, held, actor=actor, now=now, reason=reason)


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
    held = {"group_key": group, "member": group in distributor.groups}
    return _begin(session, Membership, distributor, held, actor=actor, now=now, reason=reason)


def sponsorships(session: Session, distributor_id: UUID) -> list[Sponsorship]:
    """Everybody who ever sponsored the distributor, oldest first."""
    return _of(session, Sponsorship, distributor_id)


def standings(session: Session, distributor_id: UUID) -> list[Standing]:
    """Every status the distributor ever had, oldest first."""
    return _of(session, Standing, distributor_id)


def gradings(session: Session, distributor_id: UUID) -> list[Grading]:
    """Every grade the distributor ever had, oldest first."""
    return _of(session, Grading, distributor_id)


def memberships(session: Session, distributor_id: UUID) -> list[Membership]:
    """Every group the distributor ever came into or left, oldest first."""
    return _of(session, Membership, distributor_id)


def _begin(
    session: Session,
    history: type[_Row],
    distributor: Distributor,
    held: dict[str, Any],
    *,
    actor: str,
    now: datetime,
    reason: str | None,
) -> _Row:
    return append(
        session,
        history(
            distributor_id=distributor.id,
            **held,
            effective_at=_not_before_the_last(session, history, distributor.id, now),
            recorded_at=now,
            actor=actor,
            reason=reason,
        ),
    )


def _of(session: Session, history: type[_Row], distributor_id: UUID) -> list[_Row]:
    rows = select(history).where(history.distributor_id == distributor_id).order_by(history.number)
    return list(session.scalars(rows))


def _not_before_the_last(
    session: Session, table: type[_Row], distributor_id: UUID, now: datetime
) -> datetime:
    # Clocks of two machines differ: what is appended later never takes effect earlier.
    last = session.scalar(select(func.max(table.effective_at)).where(table.distributor_id == distributor_id))
    return now if last is None else max(now, last)
