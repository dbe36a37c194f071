"""What merchants decided about when commission matures; the newest decision on an order or a distributor stands."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.commission.review.rule import DATED, DECISIONS
from distribution.db.base import Base
from distribution.db.types import UtcTime

LONGEST_REASON = 500


class CommissionReview(Chained, Base):
    """One decision on the unsettled commission of an order, or of a distributor; what comes later follows it too.

    `moment` is the day until which it is held (`until`), or by which it matures (`by`).
    """

    __tablename__ = "commission_reviews"
    __table_args__ = (
        Index("commission_reviews_order_id_idx", "order_id", "number"),
        Index("commission_reviews_distributor_id_idx", "distributor_id", "number"),
        CheckConstraint("num_nonnulls(order_id, distributor_id) = 1", name="subject"),
        CheckConstraint(f"decision IN {DECISIONS}", name="decision"),
        CheckConstraint(f"(moment IS NOT NULL) = (decision IN {DATED})", name="moment"),
        CheckConstraint(f"char_length(reason) BETWEEN 1 AND {LONGEST_REASON}", name="reason"),
    )

    order_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("distribution.orders.id"))
    distributor_id: Mapped[UUID | None] = mapped_column(ForeignKey("distribution.distributors.id"))
    decision: Mapped[str] = mapped_column(Text)
    moment: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[UtcTime]
