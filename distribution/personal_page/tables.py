"""Versions of personal pages, and what visitors reported of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime

STATES = ("pending", "approved", "rejected", "replaced", "taken_down")
CATEGORIES = ("false", "offending", "spam", "rights", "other")


class PageVersion(Base):
    """What a distributor wants their page to be; the one `approved` version is public while another one waits.

    Name and portrait are those of the moment it was handed in: what was looked at is what is shown.
    """

    __tablename__ = "page_versions"
    __table_args__ = (
        Index(
            "page_versions_pending_key",
            "distributor_id",
            unique=True,
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "page_versions_approved_key",
            "distributor_id",
            unique=True,
            postgresql_where=text("state = 'approved'"),
        ),
        Index("page_versions_state_idx", "state", "submitted_at"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    state: Mapped[str] = mapped_column(Text)
    shown_name: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    portrait_digest: Mapped[bytes | None] = mapped_column(ForeignKey("distribution.media_files.digest"))
    words: Mapped[str] = mapped_column(Text)
    product_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    found_by_search: Mapped[bool]
    submitted_at: Mapped[UtcTime]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class PageReport(Base):
    """What a visitor found wrong with a public page; nothing of the visitor is kept."""

    __tablename__ = "page_reports"
    __table_args__ = (
        Index("page_reports_open_idx", "reported_at", postgresql_where=text("closed_at IS NULL")),
        CheckConstraint(f"category IN {CATEGORIES}", name="category"),
    )

    id: Mapped[PublicId]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.page_versions.id", ondelete="CASCADE"))
    category: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[UtcTime]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[str | None] = mapped_column(Text)
