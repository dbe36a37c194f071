"""Logins elsewhere: linked to a person here, found by who made them and what they are called there, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from distribution.access.errors import AlreadyLinked, IdentityNotFound
from distribution.access.tables import ExternalIdentity
from distribution.audit.record import record


def identity_of(
    session: Session, kind: str, issuer: str, subject: str, *, for_update: bool = False
) -> ExternalIdentity | None:
    """The person a login elsewhere stands for."""
    query = select(ExternalIdentity).where(
        ExternalIdentity.kind == kind,
        ExternalIdentity.issuer == issuer,
        ExternalIdentity.subject == subject,
    )
    query = query.execution_options(populate_existing=True)
    return session.scalar(query.with_for_update() if for_update else query)


def identities_of(session: Session, kind: str, person_id: UUID) -> Sequence[ExternalIdentity]:
    """Every login elsewhere of a person, the oldest first."""
    query = select(ExternalIdentity).where(
        ExternalIdentity.kind == kind, ExternalIdentity.person_id == person_id
    )
    return session.scalars(query.order_by(ExternalIdentity.linked_at, ExternalIdentity.id)).all()


def follows(session: Session, kind: str, person_id: UUID) -> bool:
    """Whether somebody else decides about this person: they come in by that issuer and by nothing else."""
    return any(each.follows for each in identities_of(session, kind, person_id))


def link(
    session: Session,
    kind: str,
    person_id: UUID,
    *,
    issuer: str,
    subject: str,
    actor: str,
    now: datetime,
    follows: bool = False,
) -> ExternalIdentity:
    """Let a login elsewhere stand for this person from now on; the same again changes nothing.

    Raises AlreadyLinked when it stands for somebody else, or when the person has another login of that issuer.
    """
    found = identity_of(session, kind, issuer, subject, for_update=True)
    if found is not None and found.person_id == person_id:
        return found
    if found is not None or any(one.issuer == issuer for one in identities_of(session, kind, person_id)):
        raise AlreadyLinked(issuer)
    linked = ExternalIdentity(
        kind=kind,
        person_id=person_id,
        issuer=issuer,
        subject=subject,
        follows=follows,
        linked_at=now,
        last_used_at=now,
    )
    session.add(linked)
    session.flush()
    _record(session, linked, "link", actor=actor, now=now)
    return linked


def unlink(
    session: Session, kind: str, person_id: UUID, identity_id: UUID, *, actor: str, now: datetime
) -> None:
    """Take a login elsewhere from a person; raises IdentityNotFound."""
    query = select(ExternalIdentity).where(
        ExternalIdentity.id == identity_id,
        ExternalIdentity.kind == kind,
        ExternalIdentity.person_id == person_id,
    )
    found = session.scalar(query.with_for_update())
    if found is None:
        raise IdentityNotFound(identity_id)
    session.execute(delete(ExternalIdentity).where(ExternalIdentity.id == identity_id))
    _record(session, found, "unlink", actor=actor, now=now)


def _record(session: Session, identity: ExternalIdentity, act: str, *, actor: str, now: datetime) -> None:
    facts = {"issuer": identity.issuer, "subject": identity.subject, "follows": identity.follows}
    record(
        session,
        actor=actor,
        action=f"{identity.kind}.{act}_identity",
        subject_type=identity.kind,
        subject_id=identity.person_id,
        before=facts if act == "unlink" else None,
        after=facts if act == "link" else None,
        now=now,
    )
