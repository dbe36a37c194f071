"""Copies of somebody's data that wait to be fetched, and accounts that are to be closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime


class DataExport(Base):
    """A copy of what we hold about a distributor: an encrypted archive until `expires_at`, none before it is made."""

    __tablename__ = "data_exports"
    __table_args__ = (
        Index("data_exports_distributor_id_idx", "distributor_id"),
        CheckConstraint("(made_at IS NULL) = (expires_at IS NULL)", name="made"),
    )

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID]
    requested_at: Mapped[UtcTime]
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    content_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class AccountClosing(Base):
    """A wish to close an account: until `due_at` it can be taken back, then it is final.

    From `ending_at` on nothing new is earned, and what is owed is waited for; at `ended_at` the person was erased, or
    they took it back (`taken_back`). With `forgoes_rest` what is available by then is left to the shop.
    """

    __tablename__ = "account_closings"
    __table_args__ = (
        Index(
            "account_closings_open_key",
            "distributor_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("due_at > requested_at", name="due_later"),
    )

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID]
    requested_at: Mapped[UtcTime]
    due_at: Mapped[UtcTime]
    forgoes_rest: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    ending_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken_back: Mapped[bool] = mapped_column(server_default=text("false"))
