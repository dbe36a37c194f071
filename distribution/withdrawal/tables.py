"""Payout methods, withdrawals, the append-only history of their states, and payouts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import Base
from distribution.db.types import Minor, PublicId, UtcTime

State = Literal[
    "requested",
    "approved_once",
    "approved",
    "sending",
    "sent",
    "unknown",
    "paid",
    "rejected",
    "cancelled",
    "failed",
]
STATES: tuple[State, ...] = get_args(State)

IS_OPEN = (
    "due_at IS NOT NULL AND state IN ('requested', 'approved_once', 'approved', 'sending', 'sent', 'unknown')"
)
"""Of a withdrawal that was promised by a time and has not ended."""


class PayoutMethod(Base):
    """Where a distributor wants their money; the details only encrypted. Nothing goes there before `cooling_until`."""

    __tablename__ = "payout_methods"
    __table_args__ = (
        Index("payout_methods_distributor_id_idx", "distributor_id"),
        CheckConstraint("cooling_until > created_at", name="cooling"),
    )

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    adapter: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    details_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[UtcTime]
    cooling_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PayoutFile(Base):
    """A file of transfers for the bank, as it was first given out; encrypted, for it names accounts."""

    __tablename__ = "payout_files"

    id: Mapped[PublicId]
    method: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer)
    total_minor: Mapped[Minor]
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[UtcTime]
    content_encrypted: Mapped[bytes] = mapped_column(LargeBinary)


class Withdrawal(Base):
    """A distributor's request for money; `state` projects the newest event.

    Its money is reserved from the request until it is paid or returned. `idempotency_key` is fixed here and never
    changes, so that a provider asked twice pays once. What was asked for, what it costs, by when it is promised and how
    many people have to approve it are fixed with it: a trigger refuses to change them.
    """

    __tablename__ = "withdrawals"
    __table_args__ = (
        Index("withdrawals_distributor_id_idx", "distributor_id", "requested_at"),
        Index("withdrawals_open_idx", "state", "requested_at"),
        Index("withdrawals_file_id_idx", "file_id", postgresql_where=text("file_id IS NOT NULL")),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("withdrawals_due_at_idx", "due_at", postgresql_where=text(IS_OPEN)),
        CheckConstraint("amount_minor > 0 AND fee_minor >= 0 AND fee_minor < amount_minor", name="amount"),
        CheckConstraint("due_at > requested_at", name="due"),
        CheckConstraint("approvals_needed IN (1, 2)", name="approvals_needed"),
        CheckConstraint("overdue_told_at > due_at", name="overdue_told"),
    )

    id: Mapped[PublicId]
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    currency: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[Minor]
    fee_minor: Mapped[Minor] = mapped_column(server_default=text("0"))
    method: Mapped[str] = mapped_column(Text)
    method_id: Mapped[UUID | None] = mapped_column(ForeignKey("distribution.payout_methods.id"))
    idempotency_key: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[str] = mapped_column(Text)
    approvals_needed: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    requested_at: Mapped[UtcTime]
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    overdue_told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    paid_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reference: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("distribution.payout_files.id"))


class WithdrawalEvent(Chained, Base):
    """One step of a withdrawal, with who took it."""

    __tablename__ = "withdrawal_events"
    __table_args__ = (
        UniqueConstraint("withdrawal_id", "step", name="withdrawal_events_step_key"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    withdrawal_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.withdrawals.id"))
    step: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(Text)
    at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
