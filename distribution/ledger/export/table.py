"""Transfers as a table, for CSV."""

from __future__ import annotations

from distribution.ledger.export.transfers import TransferRow
from distribution.money import to_decimal_text

TRANSFER_COLUMNS = (
    "transfer",
    "effective_at",
    "recorded_at",
    "kind",
    "document_type",
    "document_id",
    "currency",
    "amount",
    "debit_account",
    "credit_account",
    "distributor_id",
)


def transfer_cells(row: TransferRow) -> tuple[str, ...]:
    """One transfer in the order of `TRANSFER_COLUMNS`."""
    owner = row.debit_distributor_id or row.credit_distributor_id
    return (
        str(row.id),
        row.effective_at.isoformat(),
        row.recorded_at.isoformat(),
        row.kind,
        row.document_type,
        str(row.document_id),
        row.currency,
        to_decimal_text(row.amount_minor, row.currency),
        row.debit_name,
        row.credit_name,
        "" if owner is None else str(owner),
    )
