"""Distributors and commission lines written as rows, for tests of what happens to money afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
"""When settlements run unless a test says otherwise."""
DUE = NOW - timedelta(days=1)
"""When lines mature unless a test says otherwise."""
_number = count(1)


def people(session: Session | Connection, how_many: int) -> list[UUID]:
    """That many active distributors."""
    ids = [uuid4() for _ in range(how_many)]
    session.execute(
        text("""
        INSERT INTO distribution.distributors (id, email, name, status, email_hash, created_at)
        SELECT id, id || '@example.com', 'Ada', 'active', '', :now FROM unnest(CAST(:ids AS uuid[])) AS id
        """),
        {"ids": ids, "now": NOW - timedelta(days=100)},
    )
    return ids


def person(session: Session | Connection) -> UUID:
    """An active distributor."""
    return people(session, 1)[0]


def earn(
    session: Session | Connection,
    amounts: Sequence[tuple[UUID, int]],
    *,
    matures_at: datetime = DUE,
    currency: str = "USD",
    wait: bool = True,
) -> int:
    """One order whose commission lines are these amounts, written as production does; returns the order's id.

    `wait=False` leaves the epoch's lock out, for a test that holds it already.
    """
    if wait:
        session.execute(text("SELECT pg_advisory_xact_lock_shared(7305811940226004)"))
    order_id: int = session.execute(
        text("""
        INSERT INTO distribution.orders (source, external_id, number, channel, currency, status, paid, total_minor,
            net_minor, quantity, fulfilled_quantity, returned_quantity, given_back_minor, placed_at, observed_at,
            content_hash, snapshot_count, terms_count, share_count, line_count, digest)
        VALUES ('test', :key, :key, 'default', :currency, 'open', true, 100, 100, 1, 1, 0, 0, :now, :now, '', 1, 1,
            :count, :count, '')
        RETURNING id
        """),
        {"key": f"{uuid4()}-{next(_number)}", "currency": currency, "now": matures_at, "count": len(amounts)},
    ).scalar_one()
    parameters = {
        "order_id": order_id,
        "distributor_ids": [distributor_id for distributor_id, _ in amounts],
        "amounts": [amount_minor for _, amount_minor in amounts],
        "matures_at": matures_at,
        "currency": currency,
    }
    session.execute(
        text("""
        INSERT INTO distribution.terms (order_id, number, snapshot_number, plan_number, reason, detail, hold_days,
            facts, frozen_at)
        VALUES (:order_id, 1, 1, 0, 'test', '', 14, '{}', :matures_at)
        """),
        parameters,
    )
    session.execute(
        text("""
        INSERT INTO distribution.shares (order_id, number, terms_number, snapshot_number, line_id, level,
            distributor_id, base,
            rate_numerator, rate_denominator, rule)
        SELECT :order_id, number, 1, 1, 'l', 1, distributor_id, 'net', 1, 10, '{}'
        FROM unnest(CAST(:distributor_ids AS uuid[])) WITH ORDINALITY AS line (distributor_id, number)
        """),
        parameters,
    )
    session.execute(
        text("""
        INSERT INTO distribution.commission_lines (order_id, number, share_number, snapshot_number, distributor_id,
            currency, amount_minor, kind, matures_at, recorded_at, epoch, level)
        SELECT :order_id, number, number, 1, distributor_id, :currency, amount_minor,
            CASE WHEN amount_minor > 0 THEN 'accrual' ELSE 'reversal' END, :matures_at, :matures_at, epoch, 1
        FROM unnest(CAST(:distributor_ids AS uuid[]), CAST(:amounts AS bigint[]))
            WITH ORDINALITY AS line (distributor_id, amount_minor, number), distribution.settlement_epochs
        """),
        parameters,
    )
    return order_id


def totals(session: Session | Connection) -> dict[tuple[str, str], int]:
    """All that went through the accounts of a kind and currency, credits less debits, added up from the transfers."""
    found = session.execute(
        text("""
        SELECT account.kind, account.currency, sum(side.amount_minor)::bigint
        FROM (
            SELECT debit_account_id AS account_id, -amount_minor AS amount_minor FROM distribution.transfers
            UNION ALL
            SELECT credit_account_id, amount_minor FROM distribution.transfers
        ) AS side
        JOIN distribution.accounts account ON account.id = side.account_id
        GROUP BY account.kind, account.currency
        """)
    )
    return {(kind, currency): balance_minor for kind, currency, balance_minor in found}
