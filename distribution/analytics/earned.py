"""What counts as somebody's earnings, wherever they are summed by day or by level.

The lines of orders, and the adjusting lines of periods that were decided as a whole. The latter are of no order and no
level: they count on the last day of their period, as the sales do that they follow from.
"""

from __future__ import annotations

EARNED_BY_DAY = """
SELECT (placed.placed_at AT TIME ZONE :zone)::date AS day, line.amount_minor
FROM distribution.commission_lines line JOIN (
    SELECT id, placed_at FROM distribution.orders WHERE distributor_id = :distributor_id AND placed_at >= :since
    UNION ALL
    SELECT id, placed_at FROM distribution.orders WHERE second_id = :distributor_id AND placed_at >= :since
    UNION ALL
    SELECT id, placed_at FROM distribution.orders WHERE third_id = :distributor_id AND placed_at >= :since
) AS placed ON placed.id = line.order_id
WHERE line.distributor_id = :distributor_id AND line.currency = :currency AND line.matures_at >= :since
UNION ALL
SELECT ends_on, amount_minor FROM (
    SELECT (period_start + CASE period
        WHEN 'month' THEN interval '1 month' WHEN 'quarter' THEN interval '3 months' ELSE interval '1 year'
    END)::date - 1 AS ends_on, amount_minor
    FROM distribution.period_adjustments
    WHERE distributor_id = :distributor_id AND currency = :currency
) AS adjusted
WHERE ends_on >= (CAST(:since AS timestamptz) AT TIME ZONE :zone)::date
"""
"""One row a line since `since`, the beginning of a day in `zone`; an order's lines count on the day it was placed."""

EARNED_BY_LEVEL = """
SELECT level, currency, amount_minor FROM distribution.commission_lines WHERE distributor_id = :distributor_id
UNION ALL
SELECT NULL, currency, amount_minor FROM distribution.period_adjustments WHERE distributor_id = :distributor_id
"""
"""One row a line, without a level those of periods."""
