"""A person of the merchant's as the console knows them while they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.console_access import MerchantRow, merchant, merchant_row
from distribution.analytics.signed_in import Login, merchant_of
from distribution.audit.record import record
from distribution.settings import merchants
from portal.console.guard import KIND, LONGEST_SESSION, wanted_second_step
from portal.login import register_kind
from portal.securing.area import Area


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What pages need of the one who looks at them."""

    id: UUID
    name: str
    email: str
    role: str
    session_version: int
    locale: str | None
    has_password: bool = True
    kind: str = KIND
    may_enter: bool = True


def signed_in(row: MerchantRow) -> SignedIn:
    """What pages need of somebody of the merchant's, read from their row."""
    return SignedIn(
        row.id,
        row.name,
        row.email,
        row.role,
        row.session_version,
        row.locale,
        row.has_password,
        may_enter=row.disabled_at is None,
    )


def read(session: Session, token: str, now: datetime) -> tuple[SignedIn, Login] | None:
    """The person of a session's token, and the session."""
    found = merchant_of(session, token, now=now)
    return None if found is None else (signed_in(merchant_row(found[0])), found[1])


def note_sign_in(session: Session, merchant_id: UUID, now: datetime) -> None:
    """Put on the audit log that somebody got in."""
    record(
        session,
        actor=f"{KIND}:{merchant_id}",
        action="merchant.sign_in",
        subject_type="merchant",
        subject_id=merchant_id,
        now=now,
    )


def known(session: Session, merchant_id: UUID) -> SignedIn | None:
    """The person of that id, wherever it comes from."""
    row = merchant(session, merchant_id)
    return None if row is None else signed_in(row)


AREA = Area(
    kind=KIND,
    pages="console",
    layout="console/base.html",
    login="console.login",
    second_step="console.second_step",
    passkey_login="console.passkey_login",
    home="console.overview",
    account="console.account",
    longest_session=LONGEST_SESSION,
    person=known,
    password_hash=lambda session, merchant_id: merchants.by_id(session, merchant_id).password_hash,
    entered=note_sign_in,
    wanted=lambda person: wanted_second_step(person.role),
)


def install() -> None:
    """Let people of the merchant's sign in."""
    register_kind(KIND, read, "console.login")
