"""Changing the e-mail address: asked for by who is logged in, confirmed at the old address and at the new one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import NotFound
from distribution.network import find, tree
from distribution.network.errors import EmailTaken
from distribution.network.tables import Distributor, EmailChange
from distribution.notice import tell
from distribution.privacy.email import checked_email
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.privacy.masking import masked_email

Side = Literal["old", "new"]
SIDES: tuple[Side, ...] = ("old", "new")
LASTS = timedelta(days=2)


class NoEmailChange(NotFound):
    """There is no such change of an address any more: done, taken back, or too old."""

    def __init__(self) -> None:
        super().__init__("there is no such change of an e-mail address")


def ask(session: Session, distributor_id: UUID, *, email: str, now: datetime) -> EmailChange:
    """Wait for two confirmations of a new address; one asked for before is forgotten. Raises InvalidInput."""
    wanted = checked_email(email)
    find.by_id(session, distributor_id, for_update=True)
    session.execute(delete(EmailChange).where(EmailChange.distributor_id == distributor_id))
    change = EmailChange(distributor_id=distributor_id, email=wanted, requested_at=now)
    session.add(change)
    session.flush()
    _record(session, distributor_id, "distributor.ask_email_change", now=now)
    return change


def waiting(session: Session, distributor_id: UUID, *, now: datetime) -> EmailChange | None:
    """The change that waits for its confirmations."""
    query = select(EmailChange).where(
        EmailChange.distributor_id == distributor_id, EmailChange.requested_at > now - LASTS
    )
    return session.scalar(query.execution_options(populate_existing=True))


def cancel(session: Session, change_id: UUID, *, now: datetime) -> None:
    """Forget a change; whoever reads one of the two addresses may. Raises NoEmailChange."""
    change = _held(session, change_id, now)
    distributor_id = change.distributor_id
    session.delete(change)
    session.flush()
    _record(session, distributor_id, "distributor.cancel_email_change", now=now)


def confirm(session: Session, change_id: UUID, side: Side, *, now: datetime) -> bool:
    """Note that somebody who reads this side's mail agrees; with both the address is changed, and True is returned.

    Every other session ends then. Raises NoEmailChange; EmailTaken when somebody else took the address meanwhile.
    """
    tree.lock(session)
    change = _held(session, change_id, now)
    if side == "old":
        change.old_confirmed_at = change.old_confirmed_at or now
    else:
        change.new_confirmed_at = change.new_confirmed_at or now
    session.flush()
    if change.old_confirmed_at is None or change.new_confirmed_at is None:
        return False
    person = find.by_id(session, change.distributor_id, for_update=True)
    other = find.by_email(session, change.email)
    if other is not None and other.id != person.id:
        raise EmailTaken(change.email)
    before = person.email
    person.email, person.email_hash = change.email, email_hash(shopper_key(session), change.email)
    person.email_confirmed_at = now
    person.session_version += 1
    session.delete(change)
    session.flush()
    _tell(session, person, before, now=now)
    _record(
        session,
        person.id,
        "distributor.change_email",
        now=now,
        before=masked_email(before),
        after=masked_email(person.email),
    )
    return True


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete changes that nobody confirmed in time."""
    session.execute(delete(EmailChange).where(EmailChange.requested_at <= now - LASTS))


def _held(session: Session, change_id: UUID, now: datetime) -> EmailChange:
    query = select(EmailChange).where(EmailChange.id == change_id, EmailChange.requested_at > now - LASTS)
    change = session.scalar(query.with_for_update())
    if change is None:
        raise NoEmailChange
    return change


def _tell(session: Session, person: Distributor, before: str, *, now: datetime) -> None:
    # To both: who reads the old one may not have been the one who agreed there.
    key = f"email-{person.session_version}"
    tell(session, person.id, "email_changed", key=key, now=now)
    facts = {"to": before, "email": masked_email(person.email)}
    tell(session, person.id, "email_changed_old", key=f"{key}-old", facts=facts, now=now)


def _record(
    session: Session,
    distributor_id: UUID,
    action: str,
    *,
    now: datetime,
    before: str | None = None,
    after: str | None = None,
) -> None:
    record(
        session,
        actor=f"distributor:{distributor_id}",
        action=action,
        subject_type="distributor",
        subject_id=distributor_id,
        now=now,
        before=None if before is None else {"email": before},
        after=None if after is None else {"email": after},
    )
