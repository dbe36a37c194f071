"""Announcements, in every language of the portal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime

STATES = ("draft", "published", "withdrawn")
AUDIENCES = ("all", "grade", "group", "country")
DRAFT, PUBLISHED, WITHDRAWN = STATES


class _Texts(dict[str, str]):
    """One text in the languages it was written in, English in any other."""

    def __missing__(self, language: str) -> str:
        return self["en"]


class Announcement(Base):
    """One piece of news; once published its words stand, and it may only be withdrawn.

    `audience_keys` are the grades, groups or countries it is for. It is told at `from_at`, and shown until `until_at`.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        Index("announcements_state_idx", "state", text("created_at DESC")),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        CheckConstraint("(audience = 'all') = (audience_keys = '{}')", name="audience_keys"),
        CheckConstraint("until_at > from_at", name="until"),
        CheckConstraint("state = 'draft' OR from_at IS NOT NULL", name="published"),
    )

    id: Mapped[PublicId]
    title_en: Mapped[str] = mapped_column(Text)
    title_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    audience_keys: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    from_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    until_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(Text)
    created_at: Mapped[UtcTime]
    changed_at: Mapped[UtcTime]

    @property
    def title(self) -> dict[str, str]:
        """The title by language, English in any that it was not written in."""
        return _Texts(en=self.title_en, zh_Hans=self.title_zh)

    @property
    def text(self) -> dict[str, str]:
        """The text by language, English in any that it was not written in."""
        return _Texts(en=self.text_en, zh_Hans=self.text_zh)
