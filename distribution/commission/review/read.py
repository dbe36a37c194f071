"""Reads what stands decided about orders and people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg

from distribution.commission.review.rule import Reviews, Standing
from distribution.db.arrays import array

_STANDING = """
SELECT NULL::bigint AS order_id, distributor_id, decision, moment FROM (
    SELECT DISTINCT ON (distributor_id) * FROM distribution.commission_reviews
    WHERE distributor_id = ANY (%s::uuid[]) ORDER BY distributor_id, number DESC) AS of_people
WHERE decision <> 'release'
UNION ALL
SELECT order_id, NULL, decision, moment FROM (
    SELECT DISTINCT ON (order_id) * FROM distribution.commission_reviews
    WHERE order_id = ANY (%s::bigint[]) ORDER BY order_id, number DESC) AS of_orders
WHERE decision <> 'release'
"""


def standing(
    connection: psycopg.Connection[Any], order_ids: Iterable[int], distributor_ids: Iterable[UUID]
) -> Reviews:
    """What stands about these orders and these people."""
    asked = [array(sorted(set(distributor_ids)), "uuid"), array(sorted(set(order_ids)), "bigint")]
    orders: dict[int, Standing] = {}
    people: dict[UUID, Standing] = {}
    for order_id, distributor_id, decision, moment in connection.execute(_STANDING, asked):
        if order_id is None:
            people[distributor_id] = Standing(decision, moment)
        else:
            orders[order_id] = Standing(decision, moment)
    return Reviews(orders, people)
