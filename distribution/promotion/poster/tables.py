"""The posters that distributors asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import JsonObject, PublicId, UtcTime

MOST_ATTEMPTS = 3
FAILED = "failed"


class Poster(Base):
    """A poster of one distributor, asked for, then made or refused; the same again is the one there is.

    `problem` says why it is refused: the code of an error, or `FAILED` after `MOST_ATTEMPTS`.
    """

    __tablename__ = "posters"
    __table_args__ = (
        UniqueConstraint("distributor_id", "content_hash", name="posters_content_hash_key"),
        Index("posters_asked_at_idx", "distributor_id", "asked_at"),
        Index(
            "posters_waiting_idx",
            "asked_at",
            postgresql_where=text("made_at IS NULL AND problem IS NULL"),
        ),
        CheckConstraint(
            "(made_at IS NULL) = (png IS NULL) AND (made_at IS NULL) = (pdf IS NULL)", name="made"
        ),
    )

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    spec: Mapped[JsonObject]
    asked_at: Mapped[UtcTime]
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    problem: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    png: Mapped[bytes | None] = mapped_column(ForeignKey("distribution.media_files.digest"))
    pdf: Mapped[bytes | None] = mapped_column(ForeignKey("distribution.media_files.digest"))
