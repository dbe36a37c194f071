"""What the ledger holds, for pages and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.ledger.kinds import WITHDRAWAL_FEE, WITHDRAWAL_PAYOUT


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a distributor has in one currency; `debt_minor` is ≤ 0, `paid_minor` is what reached them, after fees."""

    distributor_id: UUID
    currency: str
    available_minor: int
    reserved_minor: int
    debt_minor: int
    paid_minor: int
    fees_minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer as a distributor's history shows it."""

    id: int
    kind: str
    debit: str
    credit: str
    amount_minor: int
    document_type: str
    document_id: UUID
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class TransferSeen:
    """One transfer with the kinds and owners of its accounts."""

    id: int
    kind: str
    document_type: str
    document_id: UUID
    currency: str
    amount_minor: int
    debit: str
    debit_distributor_id: UUID | None
    credit: str
    credit_distributor_id: UUID | None
    effective_at: datetime
    recorded_at: datetime

    @property
    def distributor_id(self) -> UUID | None:
        """Whose money it was; a transfer has one distributor at most."""
        return self.debit_distributor_id or self.credit_distributor_id


_HOLDINGS = text("""
SELECT account.distributor_id, account.currency,
    coalesce(sum(balance.balance_minor) FILTER (WHERE account.kind = 'available'), 0)::bigint,
    coalesce(sum(balance.balance_minor) FILTER (WHERE account.kind = 'reserved'), 0)::bigint,
    coalesce(sum(balance.balance_minor) FILTER (WHERE account.kind = 'debt'), 0)::bigint,
    coalesce(sum(out.paid_minor), 0)::bigint,
    coalesce(sum(out.fees_minor), 0)::bigint
FROM distribution.accounts account
JOIN distribution.balances balance ON balance.account_id = account.id
LEFT JOIN LATERAL (
    SELECT sum(amount_minor) FILTER (WHERE transfer.kind = :payout) AS paid_minor,
        sum(amount_minor) FILTER (WHERE transfer.kind = :fee) AS fees_minor
    FROM distribution.transfers transfer
    WHERE account.kind = 'reserved' AND transfer.debit_account_id = account.id
) AS out ON true
WHERE account.distributor_id = ANY(CAST(:distributor_ids AS uuid[]))
GROUP BY account.distributor_id, account.currency
ORDER BY account.distributor_id, account.currency
""")
_HISTORY = text("""
SELECT transfer.id, transfer.kind, debit.kind, credit.kind, transfer.amount_minor, transfer.document_type,
    transfer.document_id, transfer.effective_at
FROM distribution.transfers transfer
JOIN distribution.accounts debit ON debit.id = transfer.debit_account_id
JOIN distribution.accounts credit ON credit.id = transfer.credit_account_id
WHERE transfer.id IN (
    SELECT moved.id
    FROM distribution.accounts account
    CROSS JOIN LATERAL (
        (SELECT id FROM distribution.transfers
         WHERE debit_account_id = account.id AND id < :before ORDER BY id DESC LIMIT :limit)
        UNION ALL
        (SELECT id FROM distribution.transfers
         WHERE credit_account_id = account.id AND id < :before ORDER BY id DESC LIMIT :limit)
    ) AS moved
    WHERE account.distributor_id = :distributor_id AND account.currency = :currency
)
ORDER BY transfer.id DESC LIMIT :limit
""")
_OF_DOCUMENT = text("""
SELECT transfer.id, transfer.kind, debit.kind, credit.kind, transfer.amount_minor, transfer.document_type,
    transfer.document_id, transfer.effective_at
FROM distribution.transfers transfer
JOIN distribution.accounts debit ON debit.id = transfer.debit_account_id
JOIN distribution.accounts credit ON credit.id = transfer.credit_account_id
WHERE transfer.document_id = :document_id
ORDER BY transfer.id
""")
_SEEN = """
SELECT transfer.id, transfer.kind, transfer.document_type, transfer.document_id, transfer.currency,
    transfer.amount_minor, debit.kind, debit.distributor_id, credit.kind, credit.distributor_id,
    transfer.effective_at, transfer.recorded_at
FROM ({ids}) AS found
JOIN distribution.transfers AS transfer ON transfer.id = found.id
JOIN distribution.accounts AS debit ON debit.id = transfer.debit_account_id
JOIN distribution.accounts AS credit ON credit.id = transfer.credit_account_id
ORDER BY transfer.id LIMIT :limit
"""
_AFTER = text(
    _SEEN.format(
        ids="""
        SELECT id FROM distribution.transfers
        WHERE id > :after AND (CAST(:currency AS text) IS NULL OR currency = :currency) ORDER BY id LIMIT :limit
        """
    )
)
_OF_ONE_AFTER = text(
    _SEEN.format(
        ids="""
        SELECT moved.id
        FROM distribution.accounts AS account
        CROSS JOIN LATERAL (
            (SELECT id FROM distribution.transfers
             WHERE debit_account_id = account.id AND id > :after ORDER BY id LIMIT :limit)
            UNION ALL
            (SELECT id FROM distribution.transfers
             WHERE credit_account_id = account.id AND id > :after ORDER BY id LIMIT :limit)
        ) AS moved
        WHERE account.distributor_id = :distributor_id
            AND (CAST(:currency AS text) IS NULL OR account.currency = :currency)
        GROUP BY moved.id ORDER BY moved.id LIMIT :limit
        """
    )
)
_NEWEST = 2**63 - 1


def holdings(session: Session, distributor_ids: Sequence[UUID]) -> list[Holdings]:
    """What these distributors have, one answer for each distributor and currency they ever had."""
    parameters = {
        "distributor_ids": list(distributor_ids),
        "payout": WITHDRAWAL_PAYOUT,
        "fee": WITHDRAWAL_FEE,
    }
    return [Holdings(*row) for row in session.execute(_HOLDINGS, parameters)]


def history(
    session: Session, *, distributor_id: UUID, currency: str, limit: int = 50, before: int | None = None
) -> list[Entry]:
    """A distributor's transfers in one currency, newest first; `before` is the last id of the page before."""
    parameters = {
        "distributor_id": distributor_id,
        "currency": currency,
        "limit": limit,
        "before": _NEWEST if before is None else before,
    }
    return [Entry(*row) for row in session.execute(_HISTORY, parameters)]


def entries_of_document(session: Session, document_id: UUID) -> list[Entry]:
    """The transfers that a document caused, in the order in which they were written."""
    return [Entry(*row) for row in session.execute(_OF_DOCUMENT, {"document_id": document_id})]


def transfers_after(
    session: Session,
    *,
    after: int,
    limit: int = 50,
    distributor_id: UUID | None = None,
    currency: str | None = None,
) -> list[TransferSeen]:
    """Transfers of everybody or of one distributor, the oldest first; `after` is the last id of the page before."""
    parameters = {"after": after, "limit": limit, "distributor_id": distributor_id, "currency": currency}
    query = _AFTER if distributor_id is None else _OF_ONE_AFTER
    return [TransferSeen(*row) for row in session.execute(query, parameters)]
