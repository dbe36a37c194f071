"""A person of the merchant's as the console knows them while they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.console_access import MerchantRow, merchant
from portal.console.guard import KIND
from portal.login import register_kind


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What pages need of the one who looks at them."""

    id: UUID
    name: str
    email: str
    role: str
    session_version: int
    locale: str | None
    kind: str = KIND
    may_enter: bool = True


def signed_in(row: MerchantRow) -> SignedIn:
    """The facts of a row."""
    return SignedIn(row.id, row.name, row.email, row.role, row.session_version, row.locale)


def read(session: Session, merchant_id: UUID) -> SignedIn | None:
    """The person of a session's cookie."""
    row = merchant(session, merchant_id)
    return None if row is None else signed_in(row)


def install() -> None:
    """Let people of the merchant's sign in."""
    register_kind(KIND, read, "console.login")
