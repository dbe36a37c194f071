"""Simulations under way and done; nothing of them is ever commission."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import Base
from distribution.db.types import JsonObject, Minor, PublicId, UtcTime

RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"


class Simulation(Base):
    """Recorded orders placed from `from_at` (since ever, if None) and before `to_at`, replayed under a draft plan.

    `state` is what a run that was interrupted goes on from; `in_background` says that a worker carries it out.
    """

    __tablename__ = "simulations"
    __table_args__ = (
        Index("simulations_started_at_idx", "started_at"),
        CheckConstraint("status IN ('running', 'done', 'failed', 'cancelled')", name="status"),
    )

    id: Mapped[PublicId]
    document: Mapped[JsonObject]
    from_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    to_at: Mapped[UtcTime]
    in_background: Mapped[bool] = mapped_column(Boolean)
    status: Mapped[str] = mapped_column(Text)
    orders_done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    orders_total: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    actor: Mapped[str] = mapped_column(Text)
    started_at: Mapped[UtcTime]
    heartbeat_at: Mapped[UtcTime]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(Text)


class SimulatedDistributor(Base):
    """What a finished simulation comes to for one person in one currency."""

    __tablename__ = "simulated_distributors"

    simulation_id: Mapped[UUID] = mapped_column(
        ForeignKey("distribution.simulations.id", ondelete="CASCADE"), primary_key=True
    )
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    distributor_id: Mapped[UUID] = mapped_column(primary_key=True)
    orders: Mapped[int] = mapped_column(BigInteger)
    amount_minor: Mapped[Minor]
    potential_minor: Mapped[Minor]
    recorded_minor: Mapped[Minor]
