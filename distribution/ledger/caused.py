"""Whether a kind of document moved exactly the money that follows from it."""

from __future__ import annotations


def transfers_of(document_type: str, caused: str) -> tuple[str, str]:
    """A check of `ledger.difference`: every transfer of such documents against those that `caused` says there are.

    `caused` is a query for document_id, kind, amount_minor, currency, distributor_id, effective_at and recorded_at;
    amounts of 0, below and null are no transfers.
    """
    return (
        "transfers",
        f"""
        SELECT coalesce(moved.id::text, 'of {document_type} ' || caused.document_id),
            coalesce(concat_ws(', ', caused.kind, caused.amount_minor, caused.currency, caused.distributor_id,
                caused.effective_at, caused.recorded_at), 'no transfer'),
            coalesce(concat_ws(', ', moved.kind, moved.amount_minor, moved.currency, moved.owner_id,
                moved.effective_at, moved.recorded_at), 'no transfer')
        FROM (SELECT * FROM ({caused}) AS said WHERE amount_minor > 0) AS caused
        FULL JOIN (
            SELECT transfer.*, coalesce(debit.distributor_id, credit.distributor_id) AS owner_id
            FROM distribution.transfers transfer
            LEFT JOIN distribution.accounts debit ON debit.id = transfer.debit_account_id
            LEFT JOIN distribution.accounts credit ON credit.id = transfer.credit_account_id
            WHERE document_type = '{document_type}'
        ) AS moved
            ON moved.document_id = caused.document_id AND moved.kind = caused.kind
        WHERE (moved.amount_minor, moved.currency, moved.owner_id, moved.effective_at, moved.recorded_at)
            IS DISTINCT FROM (caused.amount_minor, caused.currency, caused.distributor_id, caused.effective_at,
                caused.recorded_at)
        """,
    )
