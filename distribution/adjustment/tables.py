"""Adjustments as they were proposed, and the one decision on each."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import Base
from distribution.db.types import Minor, UtcTime

GIVES = ("goodwill", "prize", "write_off")
"""Categories that only ever give."""

TAKES = ("penalty",)
"""Categories that only ever take."""

CATEGORIES = ("correction", *GIVES, *TAKES, "brought_forward", "other")
"""What people propose."""

LEFT_BEHIND = "left_behind"
"""What the shop keeps of somebody whose account is closed; no person proposes it."""

_TAKES, _EVERY = (*TAKES, LEFT_BEHIND), (*CATEGORIES, LEFT_BEHIND)

APPROVED, DECLINED, WITHDRAWN = DECISIONS = ("approved", "declined", "withdrawn")

SHORTEST_REASON, LONGEST_REASON = 3, 500
LONGEST_REFERENCE = 100


class Adjustment(Chained, Base):
    """What somebody wants to give a distributor (`amount_minor` > 0) or take from them (< 0), and why.

    It moves nothing until it is approved. Whether that takes a second person is fixed here with the limit it was
    measured by: always where the program had none (`limit_minor` is null) or had 0.
    """

    __tablename__ = "adjustments"
    __table_args__ = (
        UniqueConstraint("id", name="adjustments_id_key"),
        Index("adjustments_distributor_id_idx", "distributor_id", "currency", "number"),
        CheckConstraint("amount_minor <> 0", name="amount"),
        CheckConstraint(f"category IN {_EVERY}", name="category"),
        CheckConstraint(
            f"CASE WHEN category IN {GIVES} THEN amount_minor > 0"
            f" WHEN category IN {_TAKES} THEN amount_minor < 0 ELSE true END",
            name="direction",
        ),
        CheckConstraint(
            f"char_length(reason) BETWEEN {SHORTEST_REASON} AND {LONGEST_REASON}",
            name="reason",
        ),
        CheckConstraint(f"char_length(reference) BETWEEN 1 AND {LONGEST_REFERENCE}", name="reference"),
        CheckConstraint(
            "limit_minor >= 0 AND second_person = (abs(amount_minor) > limit_minor)"
            " OR limit_minor IS NULL AND second_person",
            name="second_person",
        ),
    )

    id: Mapped[UUID]
    distributor_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.distributors.id"))
    currency: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[Minor]
    category: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[UtcTime]
    limit_minor: Mapped[int | None] = mapped_column(BigInteger)
    second_person: Mapped[bool]


class AdjustmentDecision(Chained, Base):
    """What became of an adjustment, once and for ever; an approved one moved its money in the same transaction.

    What the distributor had just before is kept with an approval: the transfers follow from it. A trigger refuses the
    proposer's approval of what takes a second person, anybody else's of what does not, and a withdrawal by another.
    """

    __tablename__ = "adjustment_decisions"
    __table_args__ = (
        UniqueConstraint("adjustment_id", name="adjustment_decisions_adjustment_id_key"),
        CheckConstraint(f"decision IN {DECISIONS}", name="decision"),
        CheckConstraint(
            f"(decision = '{APPROVED}') = (available_before_minor IS NOT NULL)"
            " AND (available_before_minor IS NULL) = (debt_before_minor IS NULL)",
            name="before",
        ),
        CheckConstraint("available_before_minor >= 0 AND debt_before_minor <= 0", name="signs"),
        CheckConstraint(f"char_length(note) BETWEEN 1 AND {LONGEST_REASON}", name="note"),
    )

    adjustment_id: Mapped[UUID] = mapped_column(ForeignKey("distribution.adjustments.id"))
    decision: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[UtcTime]
    note: Mapped[str | None] = mapped_column(Text)
    available_before_minor: Mapped[int | None] = mapped_column(BigInteger)
    debt_before_minor: Mapped[int | None] = mapped_column(BigInteger)
