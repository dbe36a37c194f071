"""Appends to the histories of sponsors and of standings; both run forward in time for each person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from distribution.audit.chain import append
from distribution.network.tables import Distributor, Sponsorship, Standing


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


def _not_before_the_last(
    session: Session, table: type[Sponsorship] | type[Standing], distributor_id: UUID, now: datetime
) -> datetime:
    # Clocks of two machines differ: what is appended later never takes effect earlier.
    last = session.scalar(select(func.max(table.effective_at)).where(table.distributor_id == distributor_id))
    return now if last is None else max(now, last)
