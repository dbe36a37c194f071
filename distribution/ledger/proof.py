"""Every check the ledger can make of itself."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from distribution.ledger.difference import Difference, differences
from distribution.ledger.kinds import ADJUSTMENT, STATEMENT, TRANSFER_KINDS, WITHDRAWAL

_CHECKS = {
    "a balance is the sum of its transfers": (
        "balances",
        """
        SELECT coalesce(balance.account_id, moved.account_id), coalesce(moved.sum_minor, 0), balance.balance_minor
        FROM distribution.balances balance
        FULL JOIN (
            SELECT account_id, sum(amount_minor) AS sum_minor
            FROM (
                SELECT debit_account_id AS account_id, -amount_minor AS amount_minor FROM distribution.transfers
                UNION ALL
                SELECT credit_account_id, amount_minor FROM distribution.transfers
            ) AS side
            JOIN distribution.accounts account ON account.id = side.account_id AND account.distributor_id IS NOT NULL
            GROUP BY account_id
        ) AS moved ON moved.account_id = balance.account_id
        WHERE balance.balance_minor IS DISTINCT FROM coalesce(moved.sum_minor, 0)
        """,
    ),
    "each distributor's account has its balance, the program's have none": (
        "accounts",
        """
        SELECT account.id,
            CASE WHEN account.distributor_id IS NULL THEN 'no balance' ELSE 'a balance of kind ' || account.kind END,
            coalesce('a balance of kind ' || balance.kind, 'no balance')
        FROM distribution.accounts account LEFT JOIN distribution.balances balance ON balance.account_id = account.id
        WHERE balance.kind IS DISTINCT FROM CASE WHEN account.distributor_id IS NOT NULL THEN account.kind END
        """,
    ),
    "a debt is never positive, any other balance never negative": (
        "balances",
        """
        SELECT account_id, CASE kind WHEN 'debt' THEN 'at most 0' ELSE 'at least 0' END, balance_minor
        FROM distribution.balances
        WHERE CASE kind WHEN 'debt' THEN balance_minor > 0 ELSE balance_minor < 0 END
        """,
    ),
    "nothing is available while there is debt": (
        "balances",
        """
        SELECT available_balance.account_id, 0, available_balance.balance_minor
        FROM distribution.balances debt_balance
        JOIN distribution.accounts debt ON debt.id = debt_balance.account_id AND debt.kind = 'debt'
        JOIN distribution.accounts available ON available.kind = 'available'
            AND available.distributor_id = debt.distributor_id AND available.currency = debt.currency
        JOIN distribution.balances available_balance ON available_balance.account_id = available.id
        WHERE debt_balance.balance_minor < 0 AND available_balance.balance_minor > 0
        """,
    ),
    "a transfer is in the currency of both accounts": (
        "transfers",
        """
        SELECT transfer.id, transfer.currency,
            coalesce(debit.currency, 'no account') || ' to ' || coalesce(credit.currency, 'no account')
        FROM distribution.transfers transfer
        LEFT JOIN distribution.accounts debit ON debit.id = transfer.debit_account_id
        LEFT JOIN distribution.accounts credit ON credit.id = transfer.credit_account_id
        WHERE (debit.currency, credit.currency) IS DISTINCT FROM (transfer.currency, transfer.currency)
        """,
    ),
    "a transfer moves a positive amount between two accounts of one distributor at most": (
        "transfers",
        """
        SELECT transfer.id, 'a positive amount, one distributor at most', transfer.amount_minor
        FROM distribution.transfers transfer
        JOIN distribution.accounts debit ON debit.id = transfer.debit_account_id
        JOIN distribution.accounts credit ON credit.id = transfer.credit_account_id
        WHERE transfer.amount_minor <= 0 OR debit.id = credit.id OR debit.distributor_id <> credit.distributor_id
        """,
    ),
    "a transfer of each kind has its document, and moves between its kinds of account": (
        "transfers",
        """
        SELECT transfer.id, coalesce(
                kind.debit || ' to ' || kind.credit || ' for a ' || coalesce(kind.document_type, 'document'),
                'a known kind'),
            transfer.kind || ': ' || debit.kind || ' to ' || credit.kind || ' for a ' || transfer.document_type
        FROM distribution.transfers transfer
        JOIN distribution.accounts debit ON debit.id = transfer.debit_account_id
        JOIN distribution.accounts credit ON credit.id = transfer.credit_account_id
        LEFT JOIN unnest(
            CAST(:kinds AS text[]), CAST(:debits AS text[]), CAST(:credits AS text[]), CAST(:types AS text[])
        ) AS kind (name, debit, credit, document_type) ON kind.name = transfer.kind
        WHERE (debit.kind, credit.kind) IS DISTINCT FROM (kind.debit, kind.credit)
            OR transfer.document_type <> kind.document_type
            OR transfer.document_type <> ALL (CAST(:document_types AS text[]))
        """,
    ),
}


def proof(session: Session) -> Iterator[Difference]:
    """Each difference inside the ledger; that its documents exist and say the same is for their own proofs."""
    return differences(
        session,
        _CHECKS,
        {
            "kinds": list(TRANSFER_KINDS),
            "debits": [kind.debit for kind in TRANSFER_KINDS.values()],
            "credits": [kind.credit for kind in TRANSFER_KINDS.values()],
            "types": [kind.document_type for kind in TRANSFER_KINDS.values()],
            "document_types": [ADJUSTMENT, STATEMENT, WITHDRAWAL],
        },
    )
