"""Name, address and tax id of distributors for who has to know them; that somebody looked is on the audit log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.privacy.encryption import Cipher
from distribution.tax.profile import Details, details_of, profile
from distribution.tax.tables import TaxProfile


def reveal(
    session: Session, distributor_id: UUID, *, cipher: Cipher, actor: str, now: datetime
) -> Details | None:
    """What a distributor said last, None where they said nothing; raises Undecipherable."""
    said = profile(session, distributor_id)
    found = None if said is None else details_of(session, said, cipher=cipher)
    record_look(session, distributor_id, actor=actor, now=now)
    return found


def record_look(session: Session, distributor_id: UUID, *, actor: str, now: datetime) -> None:
    """Note that somebody saw the details of one distributor."""
    record(
        session,
        actor=actor,
        action="tax_profile.reveal",
        subject_type="distributor",
        subject_id=distributor_id,
        now=now,
    )


def export(
    session: Session,
    distributor_ids: Collection[UUID],
    *,
    year: int,
    cipher: Cipher,
    actor: str,
    now: datetime,
) -> dict[UUID, Details]:
    """What each of many said last, for the totals of a year; raises Undecipherable."""
    wanted = set(distributor_ids)
    newest = (
        select(TaxProfile)
        .where(TaxProfile.distributor_id.in_(wanted))
        .ext(distinct_on(TaxProfile.distributor_id))
        .order_by(TaxProfile.distributor_id, TaxProfile.number.desc())
    )
    found = {
        each.distributor_id: details_of(session, each, cipher=cipher) for each in session.scalars(newest)
    }
    record(
        session,
        actor=actor,
        action="tax_year.export",
        subject_type="tax_year",
        subject_id=year,
        now=now,
        after={"distributors": len(wanted), "details": len(found)},
    )
    return found
