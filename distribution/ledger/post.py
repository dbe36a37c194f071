"""Posting: transfers and the balances they change, in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg.errors
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from distribution.errors import InvalidInput
from distribution.ledger.errors import DocumentAlreadyPosted, InsufficientBalance


@dataclass(frozen=True, slots=True)
class Movement:
    """Money from the debited account to the credited one, and the document that is the reason."""

    debit_account_id: int
    credit_account_id: int
    currency: str
    amount_minor: int
    kind: str
    document_type: str
    document_id: UUID
    effective_at: datetime


_MOVEMENT = """
SELECT * FROM unnest(
    CAST(:debits AS bigint[]), CAST(:credits AS bigint[]), CAST(:currencies AS text[]), CAST(:amounts AS bigint[]),
    CAST(:kinds AS text[]), CAST(:document_types AS text[]), CAST(:document_ids AS uuid[]),
    CAST(:effective_ats AS timestamptz[])
) AS movement (debit, credit, currency, amount, kind, document_type, document_id, effective_at)
"""
# Documents are inserted and balances locked in an order of their own, so that two postings never wait crosswise; a
# program account has no balance row. A balance changed meanwhile is read again once its lock is ours.
_POST = text(f"""
WITH movement AS ({_MOVEMENT}),
posted AS (
    INSERT INTO distribution.transfers (debit_account_id, credit_account_id, currency, amount_minor, kind,
        document_type, document_id, effective_at, recorded_at)
    SELECT debit.id, credit.id, movement.currency, movement.amount, movement.kind,
        document_type, document_id, effective_at, :now
    FROM movement
    JOIN distribution.accounts debit ON debit.id = movement.debit AND debit.currency = movement.currency
    JOIN distribution.accounts credit ON credit.id = movement.credit AND credit.currency = movement.currency
    ORDER BY document_id, movement.kind
    ON CONFLICT (document_id, kind) DO NOTHING
    RETURNING debit_account_id, credit_account_id, amount_minor
),
change AS (
    SELECT account_id, sum(amount_minor)::bigint AS amount_minor
    FROM (
        SELECT debit_account_id, -amount_minor FROM posted
        UNION ALL
        SELECT credit_account_id, amount_minor FROM posted
    ) AS side (account_id, amount_minor)
    GROUP BY account_id
),
held AS (
    SELECT account_id, amount_minor FROM change JOIN distribution.balances balance USING (account_id)
    ORDER BY account_id FOR NO KEY UPDATE OF balance
),
changed AS (
    UPDATE distribution.balances balance SET balance_minor = balance.balance_minor + held.amount_minor
    FROM held WHERE balance.account_id = held.account_id
)
SELECT count(*) FROM posted
""")
_POSTED_OTHERWISE = text(f"""
WITH movement AS ({_MOVEMENT})
SELECT movement.document_type, movement.document_id, movement.kind, transfer.id
FROM movement LEFT JOIN distribution.transfers transfer USING (document_id, kind)
WHERE (transfer.debit_account_id, transfer.credit_account_id, transfer.currency, transfer.amount_minor)
    IS DISTINCT FROM (movement.debit, movement.credit, movement.currency, movement.amount)
LIMIT 1
""")
_BALANCES = text("""
SELECT balance.account_id, balance.kind, balance.balance_minor, account.currency
FROM distribution.balances balance JOIN distribution.accounts account ON account.id = balance.account_id
WHERE account_id = ANY(CAST(:account_ids AS bigint[])) ORDER BY account_id
""")


def post(session: Session, movements: Sequence[Movement], *, now: datetime) -> int:
    """Write the transfers of these movements and change the balances; returns how many were new.

    A document moves money once for each kind of transfer: the same again changes nothing, another amount or other
    accounts raise DocumentAlreadyPosted. Raises InsufficientBalance when a distributor's account does not hold as
    much; the transaction then stands as it was before, and may go on.
    """
    if not movements:
        return 0
    arrays = _arrays(movements)
    try:
        with session.begin_nested():
            posted: int = session.execute(_POST, {**arrays, "now": now}).scalar_one()
    except IntegrityError as error:
        if isinstance(error.orig, psycopg.errors.CheckViolation):
            _raise_insufficient(session, movements)
        raise
    if posted < len(movements):
        _refuse_other(session, arrays)
    return posted


def _arrays(movements: Sequence[Movement]) -> dict[str, list[Any]]:
    return {
        "debits": [movement.debit_account_id for movement in movements],
        "credits": [movement.credit_account_id for movement in movements],
        "currencies": [movement.currency for movement in movements],
        "amounts": [movement.amount_minor for movement in movements],
        "kinds": [movement.kind for movement in movements],
        "document_types": [movement.document_type for movement in movements],
        "document_ids": [movement.document_id for movement in movements],
        "effective_ats": [movement.effective_at for movement in movements],
    }


def _raise_insufficient(session: Session, movements: Sequence[Movement]) -> None:
    asked: Counter[int] = Counter()
    for movement in movements:
        asked[movement.debit_account_id] += movement.amount_minor
        asked[movement.credit_account_id] -= movement.amount_minor
    for account_id, kind, balance_minor, currency in session.execute(_BALANCES, {"account_ids": list(asked)}):
        after_minor = balance_minor - asked[account_id]
        if (after_minor > 0) if kind == "debt" else (after_minor < 0):
            raise InsufficientBalance(
                requested_minor=abs(asked[account_id]), available_minor=abs(balance_minor), currency=currency
            )


def _refuse_other(session: Session, arrays: dict[str, list[Any]]) -> None:
    other = session.execute(_POSTED_OTHERWISE, arrays).first()
    if other is None:
        return
    document_type, document_id, kind, transfer_id = other
    if transfer_id is None:
        raise InvalidInput("a movement stays in one currency, between accounts that exist", field="currency")
    raise DocumentAlreadyPosted(
        f"{document_type} {document_id} has already moved other money as {kind}",
        document_id=document_id,
        kind=kind,
        transfer_id=transfer_id,
    )
