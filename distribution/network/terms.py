"""Who accepted which version of the program's terms, and when: kept for ever, each version anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.network import find
from distribution.network.tables import TermsAcceptance
from distribution.privacy.encryption import Cipher
from distribution.settings import program


@dataclass(frozen=True, slots=True)
class Accepted:
    """A version that somebody accepted."""

    version: str
    at: datetime


def accept(
    session: Session, distributor_id: UUID, *, version: str, ip: str | None, cipher: Cipher, now: datetime
) -> bool:
    """Accept the terms in force; whether that was new. Raises InvalidInput when `version` is not in force any more."""
    in_force = program.read(session).terms_version
    if version != in_force:
        raise InvalidInput("these are not the terms in force", field="terms_version", terms_version=in_force)
    find.by_id(session, distributor_id, for_update=True)
    before = latest(session, distributor_id)
    if before == version:
        return False
    keep(session, distributor_id, version=version, ip_sealed=cipher.seal(ip) if ip else None, now=now)
    record(
        session,
        actor=f"distributor:{distributor_id}",
        action="distributor.accept_terms",
        subject_type="distributor",
        subject_id=distributor_id,
        before=None if before is None else {"version": before},
        after={"version": version},
        now=now,
    )
    return True


def keep(
    session: Session, distributor_id: UUID, *, version: str, ip_sealed: str | None, now: datetime
) -> None:
    """Keep that they accepted it, as part of another act; `ip_sealed` is encrypted already."""
    session.add(
        TermsAcceptance(
            id=new_id(),
            distributor_id=distributor_id,
            version=version,
            at=now,
            ip_encrypted=ip_sealed.encode() if ip_sealed else None,
        )
    )
    session.flush()


def latest(session: Session, distributor_id: UUID) -> str | None:
    """The version they accepted last."""
    found = history(session, distributor_id, limit=1)
    return found[0].version if found else None


def history(session: Session, distributor_id: UUID, *, limit: int = 100) -> Sequence[Accepted]:
    """What they accepted, the newest first."""
    query = (
        select(TermsAcceptance.version, TermsAcceptance.at)
        .where(TermsAcceptance.distributor_id == distributor_id)
        .order_by(TermsAcceptance.at.desc(), TermsAcceptance.id.desc())
        .limit(limit)
    )
    return [Accepted(version, at) for version, at in session.execute(query)]
