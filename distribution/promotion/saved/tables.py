"""Saved links."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime


class SavedLink(Base):
    """`/r/<code>/<slug>` leads to `path`; neither ever changes, and a slug stays taken: links are printed."""

    __tablename__ = "saved_links"
    __table_args__ = (
        UniqueConstraint("distributor_id", "slug", name="saved_links_distributor_id_slug_key"),
        CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{1,39}$'", name="slug"),
        CheckConstraint("path LIKE '/%'", name="path"),
        CheckConstraint("char_length(tag) BETWEEN 1 AND 40", name="tag"),
    )

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    slug: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    tag: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[UtcTime]
    archived_at: Mapped[UtcTime | None]
