"""Logins of the console, and what each role may do."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast, get_args
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import Conflict, InvalidInput, NotFound
from distribution.privacy.email import checked_email
from distribution.privacy.errors import WrongCredentials
from distribution.privacy.password import hash_password, password_matches, renewed
from distribution.settings.lock import lock
from distribution.settings.tables import Merchant

Role = Literal["owner", "finance", "support", "read_only"]
ROLES: tuple[str, ...] = get_args(Role)


class MerchantNotFound(NotFound):
    """There is no such login."""

    def __init__(self, merchant: object) -> None:
        super().__init__(f"there is no merchant {merchant}", merchant=merchant)


class MerchantEmailTaken(Conflict):
    """Another login has this e-mail address, in whatever case."""

    code = "email_taken"

    def __init__(self, email: str) -> None:
        super().__init__(f"another merchant has the e-mail address {email}", field="email", email=email)


class LastOwner(Conflict):
    """Nobody would be left who may do everything."""

    code = "last_owner"

    def __init__(self) -> None:
        super().__init__("the last owner stays an owner", field="role")


def create(
    session: Session,
    *,
    email: str,
    password: str | None,
    actor: str,
    now: datetime,
    name: str | None = None,
    role: str = "owner",
) -> Merchant:
    """Add a login; who signs in elsewhere needs no password.

    Raises MerchantEmailTaken, InvalidInput for a bad e-mail address, password, name or role.
    """
    address = checked_email(email)
    shown_name = " ".join((name or address.partition("@")[0]).split())[:120]
    values = {
        "id": new_id(),
        "email": address,
        "name": shown_name,
        "role": checked_role(role),
        "password_hash": None if password is None else hash_password(password),
        "created_at": now,
    }
    added = session.scalar(insert(Merchant).values(**values).on_conflict_do_nothing().returning(Merchant.id))
    if added is None:
        raise MerchantEmailTaken(address)
    merchant = by_id(session, added)
    _record(
        session, merchant, "merchant.create", actor=actor, now=now, after={"email": address, "role": role}
    )
    return merchant


def authenticate(session: Session, *, email: str, password: str, now: datetime) -> Merchant:
    """The login with this e-mail address and password; raises WrongCredentials, also for one that is disabled."""
    merchant = by_email(session, email)
    password_hash = merchant.password_hash if merchant else None
    matches = password_matches(password_hash, password)
    if merchant is None or password_hash is None or not matches or merchant.disabled_at is not None:
        raise WrongCredentials
    merchant.password_hash = renewed(password_hash, password)
    merchant.last_login_at = now
    session.flush()
    return merchant


def change_role(session: Session, merchant_id: UUID, *, role: str, actor: str, now: datetime) -> Merchant:
    """Give a login another role, and end its sessions; raises LastOwner."""
    lock(session)
    merchant = by_id(session, merchant_id)
    before = merchant.role
    if checked_role(role) == before:
        return merchant
    if before == "owner" and merchant.disabled_at is None and owners(session) == 1:
        raise LastOwner
    merchant.role = role
    merchant.session_version += 1
    session.flush()
    _record(
        session,
        merchant,
        "merchant.change_role",
        actor=actor,
        now=now,
        before={"role": before},
        after={"role": role},
    )
    return merchant


def set_password(
    session: Session, merchant_id: UUID, *, password: str, actor: str, now: datetime
) -> Merchant:
    """Replace a login's password; all its sessions end."""
    new_hash = hash_password(password)
    merchant = by_id(session, merchant_id)
    merchant.password_hash = new_hash
    merchant.session_version += 1
    session.flush()
    _record(session, merchant, "merchant.set_password", actor=actor, now=now)
    return merchant


def owners(session: Session) -> int:
    """How many may do everything and sign in."""
    query = select(func.count()).select_from(Merchant)
    return session.scalar(query.where(Merchant.role == "owner", Merchant.disabled_at.is_(None))) or 0


def by_id(session: Session, merchant_id: UUID) -> Merchant:
    """The login with this id, read afresh; raises MerchantNotFound."""
    found = session.get(Merchant, merchant_id, populate_existing=True)
    if found is None:
        raise MerchantNotFound(merchant_id)
    return found


def by_email(session: Session, email: str) -> Merchant | None:
    """The login with this e-mail address, in whatever case."""
    if not email.isprintable():
        return None
    return session.scalar(select(Merchant).where(func.lower(Merchant.email) == func.lower(email.strip())))


def checked_role(role: str) -> Role:
    """The role; raises InvalidInput when there is none of that name."""
    if role not in ROLES:
        raise InvalidInput(f"a role is one of {', '.join(ROLES)}", field="role", roles=ROLES)
    return cast(Role, role)


def _record(
    session: Session,
    merchant: Merchant,
    action: str,
    *,
    actor: str,
    now: datetime,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject_type="merchant",
        subject_id=merchant.id,
        now=now,
        before=before,
        after=after,
    )
