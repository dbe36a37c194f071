"""Accounts, their balances, and the append-only transfers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from distribution.db.base import AppendOnly, Base
from distribution.db.types import Minor, UtcTime

DISTRIBUTOR_KINDS = ("available", "reserved", "debt")
PROGRAM_KINDS = ("commission", "payouts", "fees", "adjustments", "tax")


class Account(AppendOnly, Base):
    """A balance holder: one of a distributor (available, reserved, debt) or of the program, in one currency."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint(
            "distributor_id",
            "kind",
            "currency",
            name="accounts_identity_key",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            f"(distributor_id IS NOT NULL AND kind IN {DISTRIBUTOR_KINDS})"
            f" OR (distributor_id IS NULL AND kind IN {PROGRAM_KINDS})",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    distributor_id: Mapped[UUID | None] = mapped_column(ForeignKey("distribution.distributors.id"))
    kind: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)


class Balance(Base):
    """What a distributor's account holds: the sum of its credits less its debits, guarded by the database.

    Program accounts have no row: their totals are summed, so that no posting waits for another.
    """

    __tablename__ = "balances"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'debt' AND balance_minor <= 0) OR (kind <> 'debt' AND balance_minor >= 0)", name="guard"
        ),
        # Room for in-place updates: nothing that changes is indexed.
        {"postgresql_with": {"fillfactor": "70"}},
    )

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text)
    balance_minor: Mapped[Minor]


class Transfer(AppendOnly, Base):
    """A movement from the debited account to the credited one, with the business document that is its reason.

    A document moves money once for each kind of transfer: `(kind, document_id)` is unique.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        UniqueConstraint("document_id", "kind", name="transfers_document_key"),
        Index("transfers_debit_account_id_idx", "debit_account_id", "id"),
        Index("transfers_credit_account_id_idx", "credit_account_id", "id"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    # No foreign keys here, nor on balances and statements: checked row by row they took two of the five and a half
    # seconds of a settlement of a million lines, and they lock the program's account under concurrent postings. The
    # ids are read from their parents in the statement that writes them, and the proofs name an orphan.
    debit_account_id: Mapped[int] = mapped_column(BigInteger)
    credit_account_id: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[Minor]
    kind: Mapped[str] = mapped_column(Text)
    document_type: Mapped[str] = mapped_column(Text)
    document_id: Mapped[UUID]
    effective_at: Mapped[UtcTime]
    recorded_at: Mapped[UtcTime]
