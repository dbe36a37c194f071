"""Reads what is known of the arrival of orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from distribution.commission.receipt.rule import Receipt
from distribution.db.arrays import array

Receipts = Mapping[int, Sequence[Receipt]]
"""By order id."""
NO_RECEIPTS: Receipts = {}

_RECEIPTS = """
SELECT order_id, received_at, recorded_at FROM distribution.receipts WHERE order_id = ANY (%s::bigint[])
ORDER BY order_id, snapshot_number
"""


def receipts_of(connection: psycopg.Connection[Any], order_ids: Sequence[int]) -> Receipts:
    """The receipts of these orders."""
    found: dict[int, list[Receipt]] = {}
    for order_id, received_at, recorded_at in connection.execute(_RECEIPTS, [array(order_ids, "bigint")]):
        found.setdefault(order_id, []).append(Receipt(received_at, recorded_at))
    return found
