"""The kinds of transfer there are: between which accounts each moves money, and which document causes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransferKind:
    """From the debited kind of account to the credited one; `document_type` is None where several kinds cause it."""

    debit: str
    credit: str
    document_type: str | None


STATEMENT = "statement"
WITHDRAWAL = "withdrawal"
ADJUSTMENT = "adjustment"

SETTLEMENT_CREDIT = "settlement_credit"
SETTLEMENT_DEBIT = "settlement_debit"
SETTLEMENT_DEBT = "settlement_debt"
DEBT_REPAYMENT = "debt_repayment"
WITHDRAWAL_RESERVE = "withdrawal_reserve"
WITHDRAWAL_RETURN = "withdrawal_return"
WITHDRAWAL_PAYOUT = "withdrawal_payout"
WITHDRAWAL_FEE = "withdrawal_fee"
TAX_WITHHELD = "tax_withheld"
TAX_RETURNED = "tax_returned"
ADJUSTMENT_CREDIT = "adjustment_credit"
ADJUSTMENT_DEBIT = "adjustment_debit"
ADJUSTMENT_DEBT = "adjustment_debt"

TRANSFER_KINDS = {
    SETTLEMENT_CREDIT: TransferKind("commission", "available", STATEMENT),
    SETTLEMENT_DEBIT: TransferKind("available", "commission", STATEMENT),
    SETTLEMENT_DEBT: TransferKind("debt", "commission", STATEMENT),
    TAX_WITHHELD: TransferKind("available", "tax", STATEMENT),
    TAX_RETURNED: TransferKind("tax", "available", STATEMENT),
    DEBT_REPAYMENT: TransferKind("available", "debt", None),
    WITHDRAWAL_RESERVE: TransferKind("available", "reserved", WITHDRAWAL),
    WITHDRAWAL_RETURN: TransferKind("reserved", "available", WITHDRAWAL),
    WITHDRAWAL_PAYOUT: TransferKind("reserved", "payouts", WITHDRAWAL),
    WITHDRAWAL_FEE: TransferKind("reserved", "fees", WITHDRAWAL),
    ADJUSTMENT_CREDIT: TransferKind("adjustments", "available", ADJUSTMENT),
    ADJUSTMENT_DEBIT: TransferKind("available", "adjustments", ADJUSTMENT),
    ADJUSTMENT_DEBT: TransferKind("debt", "adjustments", ADJUSTMENT),
}
