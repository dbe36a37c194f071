"""The settlement epoch, the runs with their approvals, the statement of each distributor, and what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from distribution.audit.tables import Chained
from distribution.db.base import AppendOnly, Base
from distribution.db.types import Minor, PublicId, UtcTime


class SettlementEpoch(Base):
    """One row: the epoch that commission lines written now carry."""

    __tablename__ = "settlement_epochs"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger)


class LineSum(Base):
    """What the lines of one currency and epoch come to that mature within an hour, from `matures_hour` (UTC) on.

    Only of epochs that are over: no line carries one of those any more, so a sum is written once and stays true.
    """

    __tablename__ = "line_sums"

    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    matures_hour: Mapped[UtcTime] = mapped_column(DateTime(timezone=True), primary_key=True)
    line_count: Mapped[int] = mapped_column(BigInteger)
    accrued_minor: Mapped[Minor]
    reversed_minor: Mapped[Minor]


class LineSumMark(Base):
    """One row: the epoch up to which lines are summed."""

    __tablename__ = "line_sum_marks"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger)


class SettlementRun(Base):
    """One closing of a currency: owns the lines of epoch ≤ `epoch` matured by `cutoff_at`, less its predecessor's.

    Written open, closed once when its statements stand; a trigger refuses every other change. By which rules it pays
    is fixed with its lines: nobody's total above 0 and below `smallest_minor`, and under `review` nobody's before a
    merchant approved it, two of them where it credits more than `second_person_above_minor`. `tax` holds the rules
    for withholding and invoices, where there are any, and `tax_year` the year of its cutoff for the merchant.
    """

    __tablename__ = "settlement_runs"
    __table_args__ = (
        UniqueConstraint("currency", "number", name="settlement_runs_number_key"),
        CheckConstraint(
            "previous_cutoff_at IS NULL OR cutoff_at >= previous_cutoff_at", name="cutoff_never_back"
        ),
        CheckConstraint("epoch > previous_epoch", name="epoch_never_back"),
    )

    id: Mapped[PublicId]
    currency: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(Integer)
    epoch: Mapped[int] = mapped_column(BigInteger)
    cutoff_at: Mapped[UtcTime]
    previous_epoch: Mapped[int] = mapped_column(BigInteger)
    previous_cutoff_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    opened_at: Mapped[UtcTime]
    actor: Mapped[str] = mapped_column(Text)
    smallest_minor: Mapped[int | None] = mapped_column(BigInteger)
    review: Mapped[bool] = mapped_column(server_default=text("false"))
    second_person_above_minor: Mapped[int | None] = mapped_column(BigInteger)
    tax_year: Mapped[int] = mapped_column(SmallInteger)
    tax: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    statement_count: Mapped[int | None]
    line_count: Mapped[int | None] = mapped_column(BigInteger)
    credited_minor: Mapped[int | None] = mapped_column(BigInteger)
    debited_minor: Mapped[int | None] = mapped_column(BigInteger)


class SettlementApproval(Chained, Base):
    """A person of the merchant's found a prepared run to be right."""

    __tablename__ = "settlement_approvals"
    __table_args__ = (UniqueConstraint("run_id", "actor", name="settlement_approvals_actor_key"),)

    run_id: Mapped[UUID]
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[UtcTime]


class SettlementCarry(AppendOnly, Base):
    """What a run left to the next one of a distributor's, because it was below the smallest amount."""

    __tablename__ = "settlement_carries"
    __table_args__ = (
        CheckConstraint("accrued_minor >= 0 AND reversed_minor <= 0", name="signs"),
        CheckConstraint("accrued_minor + reversed_minor > 0", name="total"),
    )

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    distributor_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_count: Mapped[int] = mapped_column(BigInteger)
    accrued_minor: Mapped[Minor]
    reversed_minor: Mapped[Minor]


class Statement(AppendOnly, Base):
    """A distributor's immutable account of one run: what it found, what it moved, what was left.

    `adjusted_to_date_minor` is the sum of all adjustments of theirs so far: what came since the statement before is the
    difference. `tax_minor` was withheld, or given back below 0; under rules that withhold, `year_total_minor` and
    `year_tax_minor` are the sums of the year's statements in this country under such rules, this one included.
    """

    __tablename__ = "statements"
    __table_args__ = (
        UniqueConstraint("run_id", "distributor_id", name="statements_run_key"),
        UniqueConstraint("distributor_id", "currency", "number", name="statements_number_key"),
        CheckConstraint("total_minor = accrued_minor + reversed_minor", name="total"),
        CheckConstraint("accrued_minor >= 0 AND reversed_minor <= 0", name="signs"),
        CheckConstraint("tax_minor <= greatest(total_minor, 0)", name="tax"),
        CheckConstraint(
            "(year_total_minor IS NULL) = (year_tax_minor IS NULL) AND (year_tax_minor IS NOT NULL OR tax_minor = 0)"
            " AND year_tax_minor >= 0",
            name="year",
        ),
        CheckConstraint("(invoice_series IS NULL) = (invoice_number IS NULL)", name="invoice"),
        UniqueConstraint("invoice_series", "invoice_number", name="statements_invoice_key"),
    )

    id: Mapped[PublicId]
    run_id: Mapped[UUID]
    distributor_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(Integer)
    line_count: Mapped[int] = mapped_column(BigInteger)
    accrued_minor: Mapped[Minor]
    reversed_minor: Mapped[Minor]
    total_minor: Mapped[Minor]
    debt_before_minor: Mapped[Minor]
    available_before_minor: Mapped[Minor]
    debt_after_minor: Mapped[Minor]
    available_after_minor: Mapped[Minor]
    cutoff_at: Mapped[UtcTime]
    recorded_at: Mapped[UtcTime]
    adjusted_to_date_minor: Mapped[Minor]
    tax_year: Mapped[int] = mapped_column(SmallInteger)
    tax_profile_number: Mapped[int | None] = mapped_column(BigInteger)
    tax_country: Mapped[str | None] = mapped_column(Text)
    tax_minor: Mapped[Minor]
    year_total_minor: Mapped[int | None] = mapped_column(BigInteger)
    year_tax_minor: Mapped[int | None] = mapped_column(BigInteger)
    invoice_series: Mapped[str | None] = mapped_column(Text)
    invoice_number: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def net_minor(self) -> int:
        """What the statement added to the balance: its total less the tax withheld."""
        return self.total_minor - self.tax_minor

    @property
    def withholds(self) -> bool:
        """Whether its rules withhold from anybody in its currency."""
        return self.year_total_minor is not None

    @property
    def invoice(self) -> str | None:
        """The number of the invoice that it is, such as SB-2026-12; None where it is none."""
        return None if self.invoice_series is None else f"{self.invoice_series}-{self.invoice_number}"
