"""Invitations by e-mail, each to one address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime


class Invitation(Base):
    """One address, invited once; the times say how far it came.

    Address and words are there while the invitation can be followed. The keyed hash stays two months longer, so that
    its reader may refuse more, and for ever where they did.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index("invitations_created_at_idx", text("created_at DESC"), "id"),
        Index("invitations_email_hash_idx", "email_hash", postgresql_where=text("email_hash IS NOT NULL")),
        Index("invitations_distributor_id_idx", "distributor_id"),
        Index("invitations_kept_idx", "expires_at", postgresql_where=text("email_encrypted IS NOT NULL")),
    )

    id: Mapped[PublicId]
    email_encrypted: Mapped[str | None] = mapped_column(Text)
    email_hash: Mapped[bytes | None]
    words_encrypted: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    invited_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[UtcTime]
    expires_at: Mapped[UtcTime]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    declined_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    distributor_id: Mapped[UUID | None] = mapped_column(ForeignKey("distribution.distributors.id"))
