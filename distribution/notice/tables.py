"""What people were told, what they chose to be told of by which channel, and how channels reach them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime

READERS = ("distributor", "merchant")


class Notice(Base):
    """Something one person is told; `facts` are put into words when they are read.

    `key` is unique for a person: the same event told twice is one notice. Until `planned_at` a job has still to decide
    which channels carry it, not before `due_at`.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "key", name="notices_key"),
        CheckConstraint(f"reader IN {READERS}", name="reader"),
        Index(
            "notices_inbox_idx", "person_id", text("at DESC"), text("id DESC"), postgresql_where=text("shown")
        ),
        Index("notices_unread_idx", "person_id", postgresql_where=text("shown AND read_at IS NULL")),
        Index("notices_due_at_idx", "due_at", postgresql_where=text("planned_at IS NULL")),
        Index("notices_told_idx", "person_id", "kind", "planned_at"),
        Index("notices_announcement_idx", "key", postgresql_where=text("kind = 'announcement'")),
        Index("notices_at_idx", "at", postgresql_using="brin"),
    )

    id: Mapped[PublicId] = mapped_column(server_default=text("gen_random_uuid()"))
    reader: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    shown: Mapped[bool]
    at: Mapped[UtcTime]
    due_at: Mapped[UtcTime]
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    planned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class NoticeChoice(Base):
    """What a person chose about a topic on a channel; without a row the topic's default holds."""

    __tablename__ = "notice_choices"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    wanted: Mapped[bool]


class NoticeQuiet(Base):
    """Hours of the program's clock in which a person's phone is left alone, from one to another, past midnight too."""

    __tablename__ = "notice_quiet"
    __table_args__ = (
        CheckConstraint(
            "from_hour BETWEEN 0 AND 23 AND until_hour BETWEEN 0 AND 23 AND from_hour <> until_hour",
            name="hours",
        ),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_hour: Mapped[int] = mapped_column(SmallInteger)
    until_hour: Mapped[int] = mapped_column(SmallInteger)


class NoticeAddress(Base):
    """Where a channel reaches a person, such as a phone number; encrypted. `label` is what they see of it.

    A channel that asks for proof reaches nobody before `proven_at`: a code was sent there, and entered in time.
    """

    __tablename__ = "notice_addresses"
    __table_args__ = (UniqueConstraint("person_id", "channel", name="notice_addresses_key"),)

    id: Mapped[PublicId]
    person_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(Text)
    address_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    label: Mapped[str] = mapped_column(Text)
    created_at: Mapped[UtcTime]
    proven_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    code_tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))


class PushSubscription(Base):
    """A browser that wants to be pushed to: where its push service is, and the keys that only it can read with."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        UniqueConstraint("endpoint", name="push_subscriptions_endpoint_key"),
        Index("push_subscriptions_person_id_idx", "person_id"),
    )

    id: Mapped[PublicId]
    person_id: Mapped[UUID]
    endpoint: Mapped[str] = mapped_column(Text)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    auth_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    user_agent: Mapped[str] = mapped_column(Text)
    created_at: Mapped[UtcTime]


class NoticeMark(Base):
    """Up to where a history was told; what was frozen before `begun_at` is no news."""

    __tablename__ = "notice_marks"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[UtcTime]
    begun_at: Mapped[UtcTime]
