"""Receipts, as part of an order's sealed history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.commission.receipt.rule import CONFIRMED_BY
from distribution.db.base import AppendOnly, Base


class OrderReceipt(AppendOnly, Base):
    """What had been sent of an order by `received_at` had arrived then; sealed with the snapshot of its number."""

    __tablename__ = "receipts"
    __table_args__ = (
        CheckConstraint(f"confirmed_by IN {CONFIRMED_BY}", name="confirmed_by"),
        CheckConstraint("received_at <= recorded_at", name="received_at"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    snapshot_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_by: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
