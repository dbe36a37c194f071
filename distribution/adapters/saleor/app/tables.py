"""Where the App is installed, and which deliveries were taken lately."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import Key, UtcTime


class SaleorInstallation(Base):
    """One installation of the App, from its handshake to its removal; the token is erased with the removal.

    A Saleor has one open installation at a time. Who did what and when is in the audit log too.
    """

    __tablename__ = "saleor_installations"
    __table_args__ = (
        Index(
            "saleor_installations_open_key",
            "api_url",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        CheckConstraint(
            "(removed_at IS NULL) = (token_encrypted IS NOT NULL)"
            " AND (removed_at IS NULL) = (removed_reason IS NULL)",
            name="removed",
        ),
    )

    id: Mapped[Key]
    api_url: Mapped[str] = mapped_column(Text)
    app_id: Mapped[str] = mapped_column(Text)
    saleor_version: Mapped[str] = mapped_column(Text)
    token_encrypted: Mapped[str | None] = mapped_column(Text)
    installed_at: Mapped[UtcTime]
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_reason: Mapped[str | None] = mapped_column(Text)


class SaleorDelivery(Base):
    """The digest of a delivery that was taken: the same again is a replay. Forgotten once it would be stale anyway."""

    __tablename__ = "saleor_deliveries"
    __table_args__ = (Index("saleor_deliveries_taken_at_idx", "taken_at"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    taken_at: Mapped[UtcTime]
