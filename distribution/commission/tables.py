"""Plans, terms, shares and commission lines: nothing here is ever changed, only appended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import AppendOnly, Base
from distribution.db.types import JsonObject, Key, PublicId, UtcTime


class PlanVersion(Chained, Base):
    """A published plan; of those in effect at a moment the one with the highest number holds."""

    __tablename__ = "plan_versions"

    effective_at: Mapped[UtcTime]
    published_at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    document: Mapped[JsonObject]


class Terms(AppendOnly, Base):
    """What was frozen for an order: who sold it, why, their upline, and the plan, as of `placed_at`.

    Terms with a higher number supersede those before: a merchant's reassignment.
    """

    __tablename__ = "terms"
    __table_args__ = (ForeignKeyConstraint(["order_id"], ["distribution.orders.id"]),)

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    snapshot_number: Mapped[int] = mapped_column(Integer)
    plan_number: Mapped[int] = mapped_column(BigInteger)
    seller_id: Mapped[UUID | None]
    second_id: Mapped[UUID | None]
    third_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    hold_days: Mapped[int] = mapped_column(Integer)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    frozen_at: Mapped[UtcTime]


class Share(AppendOnly, Base):
    """One level's claim on one order line: worth × rate, the rate an exact fraction, already scaled to the ceiling.

    `claimed_minor` is what it came to when frozen; `most_minor` the most it may ever be worth, where a cap applies.

    No foreign keys, here and on lines: they are checked row by row, which takes as long as all the writing and locks
    the seller's row in every sale of theirs. The proof names a share or a line without its parent.
    """

    __tablename__ = "shares"
    __table_args__ = (
        Index("shares_distributor_id_idx", "distributor_id", "order_id"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("rate_numerator >= 0 AND rate_denominator > 0", name="rate"),
        CheckConstraint("base IN ('net', 'gross')", name="base"),
        CheckConstraint("claimed_minor >= 0 AND most_minor >= 0", name="most"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    terms_number: Mapped[int] = mapped_column(Integer)
    snapshot_number: Mapped[int] = mapped_column(Integer)
    line_id: Mapped[str] = mapped_column(Text)
    level: Mapped[int] = mapped_column(SmallInteger)
    distributor_id: Mapped[UUID]
    base: Mapped[str] = mapped_column(Text)
    rate_numerator: Mapped[int] = mapped_column(Numeric)
    rate_denominator: Mapped[int] = mapped_column(Numeric)
    claimed_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    most_minor: Mapped[int | None] = mapped_column(BigInteger)
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CommissionLine(AppendOnly, Base):
    """One appended amount, plus or minus, of one share.

    `epoch` is the settlement epoch current when it was written, read under the shared lock that a settlement run
    takes exclusively to advance it. A review or a receipt moves what is not settled yet to another day by two lines:
    one opposite to what it moves, and the same again maturing then; `original_at` is when it would have matured
    without, if otherwise. `level` is that of its share.
    """

    __tablename__ = "commission_lines"
    __table_args__ = (
        # With what sums need: somebody's hundred thousand lines are summed without reading one of them.
        Index(
            "commission_lines_distributor_id_idx",
            "distributor_id",
            "currency",
            "matures_at",
            postgresql_include=["order_id", "amount_minor", "epoch", "level"],
        ),
        Index("commission_lines_matures_at_idx", "currency", "matures_at"),
        Index("commission_lines_recorded_at_idx", "distributor_id", "recorded_at"),
        Index("commission_lines_epoch_idx", "epoch", postgresql_using="brin"),
        CheckConstraint("amount_minor <> 0", name="amount"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint(
            "kind IN ('accrual', 'reversal', 'risk_hold', 'risk_release', 'receipt')", name="kind"
        ),
    )

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    share_number: Mapped[int] = mapped_column(Integer)
    snapshot_number: Mapped[int] = mapped_column(Integer)
    distributor_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    matures_at: Mapped[UtcTime]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    epoch: Mapped[int] = mapped_column(BigInteger)
    level: Mapped[int] = mapped_column(SmallInteger)
    original_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Counting(Base):
    """One row once a plan was published that asks for sales or earnings of a period: from then on they are counted.

    `time_zone` is the program's when counting began; months are those of its calendar.
    """

    __tablename__ = "counting"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    since: Mapped[UtcTime]
    time_zone: Mapped[str] = mapped_column(Text)


class CounterMovement(Base):
    """What one batch of orders added to a counter; folded into `counters` by a job.

    Rows of their own, so that the sales of somebody with a hundred thousand people are never one hot row.
    """

    __tablename__ = "counter_movements"
    __table_args__ = (
        Index("counter_movements_distributor_id_idx", "distributor_id", "kind", "currency", "month"),
        CheckConstraint("kind IN ('own', 'team', 'earned')", name="kind"),
    )

    id: Mapped[Key]
    distributor_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    month: Mapped[date] = mapped_column(Date)
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class Counter(Base):
    """Sales or claims of a distributor in a calendar month, without the movements not yet folded in."""

    __tablename__ = "counters"

    distributor_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class PlanDraft(Base):
    """A plan that somebody is writing: whatever was typed, right or wrong; what is no JSON at all is kept as a text.

    `revision` counts the times it was saved, so that nobody writes over what another has saved meanwhile;
    `base_number` is the version it was begun from.
    """

    __tablename__ = "plan_drafts"

    id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(Text)
    document: Mapped[Any] = mapped_column(JSONB)
    base_number: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[UtcTime]
