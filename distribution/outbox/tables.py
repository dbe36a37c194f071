"""The outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import JsonObject, Key, UtcTime


class Effect(Base):
    """Something to do outside the database, once its transaction is committed.

    `dedupe_key` is unique: the same effect asked for twice is carried out once. A claim is a lease: a job that
    dies loses it. `failed_at` says that it is given up until a person retries it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due_idx", "due_at", postgresql_where=text("done_at IS NULL AND failed_at IS NULL")),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(Text)
    dedupe_key: Mapped[str] = mapped_column(Text, unique=True)
    payload: Mapped[JsonObject]
    created_at: Mapped[UtcTime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )
    due_at: Mapped[UtcTime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
