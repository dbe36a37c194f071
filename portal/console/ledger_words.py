"""What people call the accounts and the transfers of the ledger, and what each means."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

ACCOUNTS: dict[str, tuple[Any, Any]] = {
    "available": (lazy_gettext("Available"), lazy_gettext("Owed to distributors, who may withdraw it")),
    "reserved": (lazy_gettext("Reserved"), lazy_gettext("Owed to distributors and kept for a withdrawal")),
    "debt": (
        lazy_gettext("Debt of distributors"),
        lazy_gettext("Taken back after it was paid out: distributors owe it"),
    ),
    "commission": (
        lazy_gettext("Commission"),
        lazy_gettext("What commission has cost, less what came back"),
    ),
    "payouts": (
        lazy_gettext("Payouts"),
        lazy_gettext("Money sent to distributors, to be set against the bank"),
    ),
    "fees": (lazy_gettext("Fees"), lazy_gettext("Fees kept from withdrawals")),
    "tax": (lazy_gettext("Tax"), lazy_gettext("Withheld from commission and owed to the tax office")),
    "adjustments": (lazy_gettext("Adjustments"), lazy_gettext("Corrections by hand")),
}
GROUPS: dict[str, Any] = {
    "Assets": lazy_gettext("Assets"),
    "Liabilities": lazy_gettext("Liabilities"),
    "Income": lazy_gettext("Income"),
    "Expenses": lazy_gettext("Expenses"),
}
TRANSFERS: dict[str, Any] = {
    "settlement_credit": lazy_gettext("Commission settled"),
    "settlement_debit": lazy_gettext("Commission taken back"),
    "settlement_debt": lazy_gettext("Commission taken back after it was paid out"),
    "debt_repayment": lazy_gettext("Debt repaid"),
    "tax_withheld": lazy_gettext("Tax withheld"),
    "tax_returned": lazy_gettext("Tax given back"),
    "withdrawal_reserve": lazy_gettext("Reserved for a withdrawal"),
    "withdrawal_return": lazy_gettext("Returned from a withdrawal"),
    "withdrawal_payout": lazy_gettext("Paid out"),
    "withdrawal_fee": lazy_gettext("Fee of a withdrawal"),
    "adjustment_credit": lazy_gettext("Given by an adjustment"),
    "adjustment_debit": lazy_gettext("Taken by an adjustment"),
    "adjustment_debt": lazy_gettext("Taken by an adjustment, and owed"),
}
DOCUMENTS: dict[str, Any] = {
    "statement": lazy_gettext("Statement"),
    "withdrawal": lazy_gettext("Withdrawal"),
    "adjustment": lazy_gettext("Adjustment"),
}


def account_name(kind: str) -> str:
    """What an account of that kind is called."""
    return str(ACCOUNTS[kind][0]) if kind in ACCOUNTS else kind


def account_meaning(kind: str) -> str:
    """What it holds."""
    return str(ACCOUNTS[kind][1]) if kind in ACCOUNTS else ""


def transfer_name(kind: str) -> str:
    """What a transfer of that kind is called."""
    return str(TRANSFERS.get(kind, kind.replace("_", " ")))


def document_name(kind: str) -> str:
    """What a business document of that kind is called."""
    return str(DOCUMENTS.get(kind, kind.replace("_", " ")))
