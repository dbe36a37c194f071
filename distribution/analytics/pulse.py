"""Whether anything on a distributor's first page has moved: a value that is the same while nothing has."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

PULSE = """
md5(concat_ws('|',
    (SELECT max(at) FROM distribution.clicks WHERE distributor_id = :distributor_id),
    (SELECT string_agg(concat_ws('.', placed.id, placed.snapshot_count, placed.line_count), ',' ORDER BY placed.id)
     FROM (SELECT DISTINCT order_id FROM distribution.shares WHERE distributor_id = :distributor_id
           ORDER BY order_id DESC LIMIT 20) AS recent
     JOIN distribution.orders placed ON placed.id = recent.order_id),
    (SELECT string_agg(concat_ws('.', account.id, balance.balance_minor), ',' ORDER BY account.id)
     FROM distribution.accounts account JOIN distribution.balances balance ON balance.account_id = account.id
     WHERE account.distributor_id = :distributor_id)
))
"""
"""Of their clicks, their newest orders and their balances; each read from an index, however much somebody has."""


def pulse(session: Session, distributor_id: UUID) -> str:
    """32 characters that mean nothing but "as before" or "something moved"."""
    found: str = session.scalars(text(f"SELECT {PULSE}"), {"distributor_id": distributor_id}).one()
    return found
