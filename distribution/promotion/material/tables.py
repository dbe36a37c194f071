"""The materials, and how often each was used."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime

KINDS = ("text", "picture", "poster", "video", "article", "use_case", "live")
USES = ("view", "copy", "download", "share")


class Material(Base):
    """Something to forward. `path` is the page of the shop its link leads to; no language means every language.

    An audience is who has one of the grades, is in one of the groups and lives in one of the countries; an empty list
    asks nothing. `template` and `palette` are a poster's.
    """

    __tablename__ = "materials"
    __table_args__ = (
        Index("materials_shown_idx", "changed_at", postgresql_where=text("archived_at IS NULL")),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("kind <> 'picture' OR picture IS NOT NULL", name="picture"),
        CheckConstraint(
            "(kind IN ('video', 'article', 'use_case', 'live')) <= (address IS NOT NULL)", name="address"
        ),
    )

    id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, server_default=text("''"))
    address: Mapped[str | None] = mapped_column(Text)
    picture: Mapped[bytes | None] = mapped_column(ForeignKey("distribution.media_files.digest"))
    language: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    product_id: Mapped[str | None] = mapped_column(Text)
    product: Mapped[str] = mapped_column(Text, server_default=text("''"))
    path: Mapped[str] = mapped_column(Text, server_default=text("''"))
    campaign: Mapped[str] = mapped_column(Text, server_default=text("''"))
    scene: Mapped[str] = mapped_column(Text, server_default=text("''"))
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    groups: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    template: Mapped[str | None] = mapped_column(Text)
    palette: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[UtcTime]
    changed_at: Mapped[UtcTime]
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MaterialUse(Base):
    """How often a distributor used a material in one way on one day (of UTC)."""

    __tablename__ = "material_uses"
    __table_args__ = (
        Index("material_uses_distributor_id_idx", "distributor_id", "day"),
        CheckConstraint(f"use IN {USES}", name="use"),
    )

    material_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.materials.id"), primary_key=True)
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"), primary_key=True)
    use: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    times: Mapped[int] = mapped_column(Integer)
