"""Adjusting lines of periods that are over, and up to where each period was decided."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import Base
from distribution.db.types import JsonObject, Minor, UtcTime

_PERIODS = "period IN ('month', 'quarter', 'year')"


class PeriodAdjustment(Chained, Base):
    """What a period decided as a whole adds to, or takes from, what its orders recorded for one distributor.

    `due_minor` is what the period was worth when the line was written; `recorded_minor` what its commission lines and
    the adjustments of shorter periods in it came to. The lines of a distributor, currency and period are counted by
    `position`; together they come to `due_minor` − `recorded_minor` of the last. `epoch` as of a commission line.
    """

    __tablename__ = "period_adjustments"
    __table_args__ = (
        UniqueConstraint(
            *("distributor_id", "currency", "period", "period_start", "position"),
            name="period_adjustments_position_key",
        ),
        Index("period_adjustments_distributor_id_idx", "distributor_id", "currency", "matures_at"),
        Index("period_adjustments_matures_at_idx", "currency", "matures_at"),
        Index("period_adjustments_epoch_idx", "epoch", postgresql_using="brin"),
        CheckConstraint(_PERIODS, name="period"),
        CheckConstraint("amount_minor <> 0", name="amount"),
        CheckConstraint("position >= 1", name="position"),
    )

    distributor_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(Text)
    period_start: Mapped[date] = mapped_column(Date)
    position: Mapped[int] = mapped_column(Integer)
    amount_minor: Mapped[Minor]
    due_minor: Mapped[Minor]
    recorded_minor: Mapped[Minor]
    basis: Mapped[JsonObject]
    matures_at: Mapped[UtcTime]
    recorded_at: Mapped[UtcTime]
    epoch: Mapped[int] = mapped_column(BigInteger)


class PeriodMark(Base):
    """What the orders of a period looked like when it was last looked through for distributors it must decide on."""

    __tablename__ = "period_marks"
    __table_args__ = (CheckConstraint(_PERIODS, name="period"),)

    period: Mapped[str] = mapped_column(Text, primary_key=True)
    period_start: Mapped[date] = mapped_column(Date, primary_key=True)
    mark: Mapped[Decimal] = mapped_column(Numeric)


class PeriodClosing(Base):
    """Up to which state of its orders a period was decided for a distributor.

    `seen` is the mark of the orders that bear on it, `decided` the mark as of which it was decided: while they differ
    there is something to do.
    """

    __tablename__ = "period_closings"
    __table_args__ = (
        Index(
            "period_closings_to_do_idx",
            *("period", "period_start", "distributor_id"),
            postgresql_where=text("decided IS DISTINCT FROM seen"),
        ),
        CheckConstraint(_PERIODS, name="period"),
    )

    distributor_id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(Text, primary_key=True)
    period_start: Mapped[date] = mapped_column(Date, primary_key=True)
    seen: Mapped[Decimal] = mapped_column(Numeric)
    decided: Mapped[Decimal | None] = mapped_column(Numeric)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
