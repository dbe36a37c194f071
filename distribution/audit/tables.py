"""Tables of the audit log and of the chains over slow append-only tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import AppendOnly, Base
from distribution.db.types import UtcTime


class Chained(AppendOnly):
    """An append-only table whose rows are numbered without gaps and carry the digest of themselves and their
    predecessor; `audit.chain.append` writes them, `audit.chain.check` reads them back."""

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class ChainHead(Base):
    """The last number and digest of each chained table, so that a cut tail is found."""

    __tablename__ = "chain_heads"

    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEntry(Chained, Base):
    """One act of a person or a job."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "subject_type", "subject_id"),)

    at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    subject_type: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)


class Verification(Base):
    """What a nightly proof found; the console shows the last ones.

    `seal_number` and `seal_digest` are the newest seal it covered; `since_seal` the one it began after, if not at the
    beginning of everything.
    """

    __tablename__ = "verifications"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    at: Mapped[UtcTime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    differences: Mapped[list[Any]] = mapped_column(JSONB)
    checked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seal_number: Mapped[int | None] = mapped_column(BigInteger)
    seal_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    since_seal: Mapped[int | None] = mapped_column(BigInteger)
