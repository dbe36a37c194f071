"""Program settings, versioned; tokens of API clients; logins of the merchant's people; keys of the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import Base
from distribution.db.types import JsonObject, PublicId, UtcTime


class ProgramVersion(Chained, Base):
    """The whole of the program's settings as of a moment; the newest holds."""

    __tablename__ = "program_versions"

    at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    document: Mapped[JsonObject]


class HashKey(Base):
    """The key of keyed hashes (shopper e-mail, IP): made once by the first migration, never shown."""

    __tablename__ = "hash_keys"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class Merchant(Base):
    """A login of the console; who has no password signs in elsewhere."""

    __tablename__ = "merchants"
    __table_args__ = (
        Index("merchants_email_key", func.lower(text("email")), unique=True),
        CheckConstraint("role IN ('owner', 'finance', 'support', 'read_only')", name="role"),
    )

    id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    session_version: Mapped[int] = mapped_column(server_default=text("0"))
    locale: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[UtcTime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )
    last_login_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ApiToken(Base):
    """A bearer token; only its SHA-256 is kept. Order ids are scoped to its `source`."""

    __tablename__ = "api_tokens"

    id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(Text, unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    source: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[UtcTime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class IdempotentAnswer(Base):
    """The answer given to an API request that carried an Idempotency-Key; the same request gets it again."""

    __tablename__ = "idempotent_answers"

    token_id: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_digest: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[UtcTime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )
