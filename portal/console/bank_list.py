"""The list of transfers to make by hand, for a bank's form or for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Response

from distribution.money import to_decimal_text
from distribution.withdrawal.bank_file import BankRow
from portal.console.csv_file import csv_answer

COLUMNS = (
    "id",
    "reference",
    "name",
    "account_holder",
    "account",
    "iban",
    "bic",
    "bank",
    "amount",
    "currency",
    "requested_at",
)


def bank_list(rows: Sequence[BankRow], *, for_spreadsheet: bool, now: datetime) -> Response:
    """The rows as CSV.

    A spreadsheet gets a mark of UTF-8, without which it spoils letters, and accounts in groups of four, without which
    it makes numbers of them and loses digits. A bank's form gets neither.
    """
    return csv_answer(
        f"withdrawals-{now:%Y-%m-%d}",
        COLUMNS,
        [_cells(row, for_spreadsheet=for_spreadsheet) for row in rows],
        marked=for_spreadsheet,
    )


def _cells(row: BankRow, *, for_spreadsheet: bool) -> tuple[object, ...]:
    account = row.account
    if for_spreadsheet and account.isdigit():
        account = " ".join(account[start : start + 4] for start in range(0, len(account), 4))
    return (
        row.withdrawal_id,
        row.reference,
        row.name,
        row.holder,
        account,
        row.iban,
        row.bic,
        row.bank,
        to_decimal_text(row.amount_minor, row.currency),
        row.currency,
        row.requested_at.isoformat(),
    )
