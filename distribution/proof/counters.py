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
    "summed lines are those of their epoch and hour": (
        "line_sums",
        """
        SELECT concat_ws(' ', currency, epoch, matures_hour), concat_ws(', ', lines.line_count, lines.accrued_minor,
            lines.reversed_minor), concat_ws(', ', summed.line_count, summed.accrued_minor, summed.reversed_minor)
        FROM (
            SELECT currency, epoch, date_trunc('hour', matures_at, 'UTC') AS matures_hour, count(*) AS line_count,
                sum(greatest(amount_minor, 0)) AS accrued_minor, sum(least(amount_minor, 0)) AS reversed_minor
            FROM (
                SELECT currency, epoch, matures_at, amount_minor FROM distribution.commission_lines
                UNION ALL
                SELECT currency, epoch, matures_at, amount_minor FROM distribution.period_adjustments
            ) AS line
            WHERE epoch <= (SELECT epoch FROM distribution.line_sum_marks) GROUP BY 1, 2, 3
        ) AS lines FULL JOIN distribution.line_sums AS summed USING (currency, epoch, matures_hour)
        WHERE (lines.line_count, lines.accrued_minor, lines.reversed_minor)
            IS DISTINCT FROM (summed.line_count, summed.accrued_minor, summed.reversed_minor)
        """,
    ),
}
