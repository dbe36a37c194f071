"""Bindings: a shopper belongs to a distributor from one time to another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import AppendOnly, Base
from distribution.db.types import UtcTime


class Binding(AppendOnly, Base):
    """From `effective_at` on, and until `ends_at` if given, the shopper is `distributor_id`'s (nobody's if null).

    `customer_key` is the keyed hash of the shopper's e-mail. Of the rows that have begun the newest one holds. The
    cause is the order that bound the shopper (`order_id`, proven with its terms) or an entry of the audit log.
    """

    __tablename__ = "bindings"
    __table_args__ = (
        Index("bindings_as_of_idx", "customer_key", text("effective_at DESC"), text("id DESC")),
        Index("bindings_distributor_id_idx", "distributor_id"),
        CheckConstraint("(order_id IS NULL) <> (audit_number IS NULL)", name="one_cause"),
        CheckConstraint("ends_at > effective_at", name="ends_later"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    customer_key: Mapped[bytes] = mapped_column(LargeBinary)
    distributor_id: Mapped[UUID | None]
    effective_at: Mapped[UtcTime]
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    order_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    audit_number: Mapped[int | None] = mapped_column(BigInteger)
