"""Whether anything on a distributor's first page has moved: a value that is the same while nothing has."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# Newest first: of more than a thousand that wait for their payment the oldest are not looked at.
_UNPAID = """
(SELECT concat_ws('.', count(*), sum(id)) FROM (
    SELECT id FROM distribution.orders WHERE {column} = :distributor_id AND status = 'open' AND NOT paid
    ORDER BY id DESC LIMIT 1000) AS unpaid)
"""
# Several lines, not only the newest: of two that are written at once the later may be seen first.
PULSE = f"""
md5(concat_ws('|',
    (SELECT concat_ws('.', status, grade, email_confirmed_at) FROM distribution.distributors
     WHERE id = :distributor_id),
    (SELECT max(at) FROM distribution.clicks WHERE distributor_id = :distributor_id),
    (SELECT string_agg(concat_ws('.', placed.id, placed.snapshot_count, placed.line_count), ',' ORDER BY placed.id)
     FROM (SELECT DISTINCT order_id FROM distribution.shares WHERE distributor_id = :distributor_id
           ORDER BY order_id DESC LIMIT 50) AS recent
     JOIN distribution.orders placed ON placed.id = recent.order_id),
    {",".join(_UNPAID.format(column=column) for column in ("distributor_id", "second_id", "third_id"))},
    (SELECT string_agg(concat_ws('.', order_id, number), ',' ORDER BY order_id, number)
     FROM (SELECT order_id, number FROM distribution.commission_lines WHERE distributor_id = :distributor_id
           ORDER BY recorded_at DESC LIMIT 50) AS newest),
    (SELECT concat_ws('.', count(*), max(number)) FROM distribution.period_adjustments
     WHERE distributor_id = :distributor_id),
    (SELECT string_agg(concat_ws('.', account.id, balance.balance_minor), ',' ORDER BY account.id)
     FROM distribution.accounts account JOIN distribution.balances balance ON balance.account_id = account.id
     WHERE account.distributor_id = :distributor_id),
    (SELECT string_agg(concat_ws('.', id, cooling_until, removed_at), ',' ORDER BY id)
     FROM distribution.payout_methods WHERE distributor_id = :distributor_id),
    (SELECT string_agg(concat_ws('.', id, state), ',' ORDER BY id)
     FROM (SELECT id, state FROM distribution.withdrawals WHERE distributor_id = :distributor_id
           ORDER BY requested_at DESC LIMIT 20) AS asked)
))
"""
"""The value as a part of other queries."""


def pulse(session: Session, distributor_id: UUID) -> str:
    """32 characters that mean nothing but "as before" or "something moved".

    Of their standing, clicks, newest orders, orders that wait for their payment, newest commission lines of whatever
    order, adjustments of periods, balances, payout methods and newest withdrawals: each read from the end of an index,
    however much somebody has.
    """
    found: str = session.scalars(text(f"SELECT {PULSE}"), {"distributor_id": distributor_id}).one()
    return found
