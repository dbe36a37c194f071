"""Tables of the network: people, and the append-only histories of their sponsor, status, grade and groups."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import Base
from distribution.db.types import PublicId, UtcTime
from distribution.privacy.places import ENCRYPTED

STATUSES = ("applied", "active", "suspended", "left", "removed", "rejected")
CONTACT_KINDS = ("email", "phone", "wechat", "whatsapp", "telegram")
_IS_MEMBER = "status IN ('active', 'suspended')"


class Distributor(Base):
    """A person or company who promotes.

    `sponsor_id`, `second_id`, `third_id` and `depth` project the newest sponsorships so that a team page needs no
    recursion; the history itself is in `sponsorships`. A trigger refuses a sponsor that would close a circle.
    `status`, `grade` and `groups` (sorted) project the newest records of their histories in the same way.
    """

    __tablename__ = "distributors"
    __table_args__ = (
        Index("distributors_email_key", func.lower(text("email")), unique=True),
        Index("distributors_sponsor_id_idx", "sponsor_id", "id"),
        Index("distributors_second_id_idx", "second_id", "id"),
        Index("distributors_third_id_idx", "third_id", "id"),
        Index(
            "distributors_sponsor_joined_idx", "sponsor_id", "joined_at", postgresql_where=text(_IS_MEMBER)
        ),
        Index("distributors_second_joined_idx", "second_id", "joined_at", postgresql_where=text(_IS_MEMBER)),
        Index("distributors_third_joined_idx", "third_id", "joined_at", postgresql_where=text(_IS_MEMBER)),
        Index("distributors_status_idx", "status", "created_at"),
        Index("distributors_created_at_idx", "created_at", "id"),
        Index("distributors_joined_at_idx", "joined_at", postgresql_where=text("joined_at IS NOT NULL")),
        # Addresses that applications of old versions hold, encrypted: few are left, and keys are checked with them.
        Index(
            "distributors_terms_ip_idx",
            "id",
            postgresql_where=text("(application #>> '{terms,ip}') IS NOT NULL"),
        ),
        Index("distributors_grade_idx", "grade", "created_at", postgresql_where=text("grade IS NOT NULL")),
        Index(
            "distributors_groups_idx",
            "groups",
            postgresql_using="gin",
            postgresql_where=text("groups <> '{}'"),
        ),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("depth >= 1", name="depth"),
        CheckConstraint("sponsor_id <> id AND second_id <> id AND third_id <> id", name="no_circle"),
        CheckConstraint(
            "(sponsor_id IS NOT NULL OR second_id IS NULL) AND (second_id IS NOT NULL OR third_id IS NULL)",
            name="upline",
        ),
    )

    id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    sponsor_id: Mapped[UUID | None] = mapped_column(ForeignKey("distribution.distributors.id"))
    second_id: Mapped[UUID | None]
    third_id: Mapped[UUID | None]
    depth: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    grade: Mapped[str | None] = mapped_column(Text)
    groups: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    email_hash: Mapped[bytes]
    password_hash: Mapped[str | None] = mapped_column(Text)
    session_version: Mapped[int] = mapped_column(server_default=text("0"))
    locale: Mapped[str | None] = mapped_column(Text)
    application: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info={ENCRYPTED: (("terms", "ip"),)})
    created_at: Mapped[UtcTime]
    email_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    joined_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_login_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TermsAcceptance(Base):
    """A version of the program's terms that somebody accepted; only the address may be encrypted anew or erased."""

    __tablename__ = "acceptances"
    __table_args__ = (Index("acceptances_latest_idx", "distributor_id", text("at DESC"), text("id DESC")),)

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    version: Mapped[str] = mapped_column(Text)
    at: Mapped[UtcTime]
    ip_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)


class Sponsorship(Chained, Base):
    """From `effective_at` on, `distributor_id` is sponsored by `sponsor_id`, or by nobody."""

    __tablename__ = "sponsorships"
    __table_args__ = (
        Index("sponsorships_as_of_idx", "distributor_id", text("effective_at DESC"), text("number DESC")),
        CheckConstraint("sponsor_id <> distributor_id", name="not_self"),
    )

    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    sponsor_id: Mapped[UUID | None] = mapped_column(ForeignKey("distribution.distributors.id"))
    effective_at: Mapped[UtcTime]
    recorded_at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class Standing(Chained, Base):
    """From `effective_at` on, `distributor_id` has this status."""

    __tablename__ = "standings"
    __table_args__ = (
        Index("standings_as_of_idx", "distributor_id", text("effective_at DESC"), text("number DESC")),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
    )

    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    status: Mapped[str] = mapped_column(Text)
    effective_at: Mapped[UtcTime]
    recorded_at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class Grading(Chained, Base):
    """From `effective_at` on, `distributor_id` has this grade, or none.

    Before the first record a distributor has no grade: unlike a sponsor, a grade is given for what was done since.
    """

    __tablename__ = "distributor_grades"
    __table_args__ = (
        Index(
            "distributor_grades_as_of_idx", "distributor_id", text("effective_at DESC"), text("number DESC")
        ),
    )

    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    grade: Mapped[str | None] = mapped_column(Text)
    effective_at: Mapped[UtcTime]
    recorded_at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class Membership(Chained, Base):
    """From `effective_at` on, `distributor_id` is a `member` of the group, or is not; before the first record not."""

    __tablename__ = "distributor_groups"
    __table_args__ = (
        Index(
            "distributor_groups_as_of_idx",
            "distributor_id",
            "group_key",
            text("effective_at DESC"),
            text("number DESC"),
        ),
    )

    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    group_key: Mapped[str] = mapped_column(Text)
    member: Mapped[bool]
    effective_at: Mapped[UtcTime]
    recorded_at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class TeamCount(Base):
    """How many people a distributor has at each level; kept so that the biggest team's page is as fast as any."""

    __tablename__ = "team_counts"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("members >= 0", name="members"),
    )

    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    members: Mapped[int] = mapped_column(BigInteger)


class ShownProfile(Base):
    """What a distributor shows of themselves: a name of their choice, and where they are."""

    __tablename__ = "shown_profiles"
    __table_args__ = (CheckConstraint("region ~ '^[A-Z]{2}$'", name="region"),)

    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"), primary_key=True)
    shown_name: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[UtcTime]


class Contact(Base):
    """How a distributor may be reached by those they invited, or by whoever invited them, as they chose themselves."""

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint(f"kind IN {CONTACT_KINDS}", name="kind"),
        CheckConstraint("to_recruits OR to_sponsor", name="shown"),
    )

    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    value_encrypted: Mapped[bytes]
    to_recruits: Mapped[bool]
    to_sponsor: Mapped[bool]
    changed_at: Mapped[UtcTime]


class EmailChange(Base):
    """A new e-mail address that waits until whoever reads the old one and whoever reads the new one agree."""

    __tablename__ = "email_changes"

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"), unique=True)
    email: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[UtcTime]
    old_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    new_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
