"""Checks that counters say what orders and shares say, where sales and claims are counted at all."""

from __future__ import annotations

CHECKS = {
    "counters and their movements are the sales and claims of orders": (
        "counters",
        """
        WITH placed AS (
            SELECT placed.*, date_trunc('month', placed_at AT TIME ZONE counting.time_zone)::date AS month
            FROM distribution.orders AS placed CROSS JOIN distribution.counting
        ), sold AS (
            SELECT placed.currency, month, sales_minor, terms.seller_id, terms.second_id, terms.third_id
            FROM placed JOIN distribution.terms ON terms.order_id = placed.id AND terms.number = terms_count
            WHERE sales_minor <> 0
        ), due AS (
            SELECT seller_id AS distributor_id, 'own' AS kind, currency, month, sales_minor AS amount_minor FROM sold
            UNION ALL
            SELECT person, 'team', currency, month, sales_minor
            FROM sold CROSS JOIN LATERAL unnest(ARRAY[seller_id, second_id, third_id]) AS person
            UNION ALL
            SELECT share.distributor_id, 'earned', placed.currency, month, claimed_minor
            FROM placed JOIN distribution.shares AS share
                ON share.order_id = placed.id AND share.terms_number = terms_count
        ), counted AS (
            SELECT distributor_id, kind, currency, month, amount_minor FROM distribution.counters
            UNION ALL
            SELECT distributor_id, kind, currency, month, amount_minor FROM distribution.counter_movements
        ), both_sides AS (
            SELECT distributor_id, kind, currency, month, amount_minor AS due_minor, 0 AS counted_minor FROM due
            UNION ALL
            SELECT distributor_id, kind, currency, month, 0, amount_minor FROM counted
        )
        SELECT concat_ws(' ', distributor_id, kind, currency, month), sum(due_minor), sum(counted_minor)
        FROM both_sides WHERE distributor_id IS NOT NULL GROUP BY distributor_id, kind, currency, month
        HAVING sum(due_minor) <> sum(counted_minor)
        """,
    ),
}
