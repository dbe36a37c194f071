"""Plans, terms, shares and commission lines: nothing here is ever changed, only appended."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import AppendOnly, Base
from distribution.db.types import JsonObject, UtcTime


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

    No foreign keys, here and on lines: they are checked row by row, which takes as long as all the writing and locks
    the seller's row in every sale of theirs. The proof names a share or a line without its parent.
    """

    __tablename__ = "shares"
    __table_args__ = (
        Index("shares_distributor_id_idx", "distributor_id", "order_id"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("rate_numerator >= 0 AND rate_denominator > 0", name="rate"),
        CheckConstraint("base IN ('net', 'gross')", name="base"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    terms_number: Mapped[int] = mapped_column(Integer)
    snapshot_number: Mapped[int] = mapped_column(Integer)
    line_id: Mapped[str] = mapped_column(Text)
    level: Mapped[int] = mapped_column(SmallInteger)
    distributor_id: Mapped[UUID]
    base: Mapped[str] = mapped_column(Text)
    rate_numerator: Mapped[int] = mapped_column(Numeric(60, 0))
    rate_denominator: Mapped[int] = mapped_column(Numeric(60, 0))
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CommissionLine(AppendOnly, Base):
    """One appended amount, plus or minus, of one share.

    `epoch` is the settlement epoch current when it was written, read under the shared lock that a settlement run
    takes exclusively to advance it. A risk hold is a line opposite to what it holds.
    """

    __tablename__ = "commission_lines"
    __table_args__ = (
        Index("commission_lines_distributor_id_idx", "distributor_id", "currency", "matures_at"),
        Index("commission_lines_matures_at_idx", "currency", "matures_at"),
        Index("commission_lines_epoch_idx", "epoch", postgresql_using="brin"),
        CheckConstraint("amount_minor <> 0", name="amount"),
        CheckConstraint("kind IN ('accrual', 'reversal', 'risk_hold', 'risk_release')", name="kind"),
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
