"""Who may sign in to the console, and which tokens the API knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from distribution.access.tables import ExternalIdentity, SecondFactor
from distribution.settings import tokens
from distribution.settings.tables import Merchant


@dataclass(frozen=True, slots=True)
class MerchantRow:
    """One login of the console."""

    id: UUID
    email: str
    name: str
    role: str
    session_version: int
    locale: str | None
    created_at: datetime
    last_login_at: datetime | None
    second_factor: bool = False
    has_password: bool = True
    issuer: str | None = None
    """Who decides their role, where that is not an owner here."""
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One API token; its secret is kept nowhere."""

    id: UUID
    name: str
    source: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def merchants(session: Session) -> list[MerchantRow]:
    """Every login, oldest first."""
    theirs = and_(SecondFactor.kind == "merchant", SecondFactor.person_id == Merchant.id)
    follows = and_(
        ExternalIdentity.kind == "merchant",
        ExternalIdentity.person_id == Merchant.id,
        ExternalIdentity.follows,
    )
    query = (
        select(Merchant, SecondFactor.enabled_at, ExternalIdentity.issuer)
        .outerjoin(SecondFactor, theirs)
        .outerjoin(ExternalIdentity, follows)
        .order_by(Merchant.id)
    )
    return [
        merchant_row(row, second_factor=at is not None, issuer=issuer)
        for row, at, issuer in session.execute(query)
    ]


def merchant_row(row: Merchant, *, second_factor: bool = False, issuer: str | None = None) -> MerchantRow:
    """A login without its password."""
    return MerchantRow(
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        session_version=row.session_version,
        locale=row.locale,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
        second_factor=second_factor,
        has_password=row.password_hash is not None,
        issuer=issuer,
        disabled_at=row.disabled_at,
    )


def merchant(session: Session, merchant_id: UUID) -> MerchantRow | None:
    """One login, or None when it is gone."""
    row = session.get(Merchant, merchant_id)
    return None if row is None else merchant_row(row)


def api_tokens(session: Session) -> list[TokenRow]:
    """Every token: those in use first, newest first."""
    newest_first = [
        TokenRow(row.id, row.name, row.source, tuple(row.scopes), row.created_at, row.revoked_at)
        for row in reversed(tokens.every(session))
    ]
    return sorted(newest_first, key=lambda row: row.revoked_at is not None)
