"""What nobody has settled yet matures as receipts and the newest decisions on its order and its earner say."""

from __future__ import annotations

from distribution.commission.review.rule import HELD_AT

_WINDOWS = """
SELECT DISTINCT ON (currency) currency, epoch, cutoff_at FROM distribution.settlement_runs
ORDER BY currency, number DESC
"""


def _standing(subject: str) -> str:
    return f"""
SELECT * FROM (
    SELECT DISTINCT ON ({subject}) {subject}, decision, moment FROM distribution.commission_reviews
    WHERE {subject} IS NOT NULL ORDER BY {subject}, number DESC
) AS newest WHERE decision <> 'release'
"""


# The rule once more: who holds wins, then the latest day until which it is held, then the earliest by which it matures.
_TARGET = f"""
CASE WHEN 'hold' IN (of_order.decision, of_person.decision) THEN timestamptz '{HELD_AT.isoformat()}'
    WHEN 'until' IN (of_order.decision, of_person.decision) THEN greatest(original_at,
        CASE WHEN of_order.decision = 'until' THEN of_order.moment END,
        CASE WHEN of_person.decision = 'until' THEN of_person.moment END)
    ELSE least(original_at, of_order.moment, of_person.moment) END
"""
# The rule of receipts once more. Days are those of UTC: hours, whatever the session's time zone.
_RECEIVED_AT = """
least(coalesce(line.original_at, line.matures_at), (
    SELECT min(receipt.received_at) + make_interval(hours => 24 * held.days)
    FROM distribution.orders AS placed
    JOIN distribution.shares AS share ON share.order_id = placed.id AND share.number = line.share_number
        AND share.terms_number = placed.terms_count
    JOIN distribution.terms ON terms.order_id = placed.id AND terms.number = placed.terms_count
    JOIN distribution.plan_versions AS plan ON plan.number = terms.plan_number
    CROSS JOIN LATERAL (
        SELECT (plan.document ->> 'received_after_days')::integer AS wait, coalesce(
            (plan.document -> 'hold_days_by_grade' ->> (terms.facts -> 'people' ->
                CASE line.distributor_id WHEN terms.seller_id THEN 0 WHEN terms.second_id THEN 1 ELSE 2 END
                ->> 'grade'))::integer,
            terms.hold_days) AS days
    ) AS held
    JOIN distribution.receipts AS receipt ON receipt.order_id = placed.id
        AND receipt.recorded_at < coalesce(line.original_at, line.matures_at)
        AND receipt.received_at >= coalesce(line.original_at, line.matures_at)
            - make_interval(hours => 24 * (held.wait + held.days))
    WHERE placed.id = line.order_id
    GROUP BY held.days
))
"""
# Of a period an amount below 0 may stay: what it takes back was settled already.
_MATURITY = """
WITH windows AS ({windows}), of_orders AS ({of_orders}), of_people AS ({of_people}), lots AS (
    SELECT {key} AS name, {order_id} AS order_id, line.distributor_id, line.matures_at,
        coalesce({original_at}, line.matures_at) AS planned_at, {received_at} AS original_at,
        sum(line.amount_minor) AS amount_minor
    FROM distribution.{table} AS line LEFT JOIN windows USING (currency)
    WHERE windows.epoch IS NULL OR line.epoch > windows.epoch OR line.matures_at > windows.cutoff_at
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT name, target, matures_at FROM (
    SELECT lots.*, {target} AS target FROM lots
    LEFT JOIN of_orders AS of_order ON of_order.order_id = lots.order_id
    LEFT JOIN of_people AS of_person ON of_person.distributor_id = lots.distributor_id
) AS wanted WHERE (amount_minor > 0 OR amount_minor < 0 AND matures_at <> planned_at) AND matures_at <> target
"""


def _maturity(table: str, key: str, order_id: str, original_at: str, received_at: str) -> str:
    return _MATURITY.format(
        windows=_WINDOWS,
        of_orders=_standing("order_id"),
        of_people=_standing("distributor_id"),
        target=_TARGET,
        table=table,
        key=key,
        order_id=order_id,
        original_at=original_at,
        received_at=received_at,
    )


CHECKS = {
    "commission that is not settled matures when it was received and as decided": (
        "commission_lines",
        _maturity(
            "commission_lines",
            "concat_ws(' ', line.order_id, 'share', line.share_number)",
            "line.order_id",
            "line.original_at",
            _RECEIVED_AT,
        ),
    ),
    "adjusting lines that are not settled mature as decided": (
        "period_adjustments",
        _maturity(
            "period_adjustments",
            "concat_ws(' ', line.distributor_id, line.currency, line.period, line.period_start)",
            "NULL::bigint",
            "CAST(line.basis ->> 'original_at' AS timestamptz)",
            "coalesce(CAST(line.basis ->> 'original_at' AS timestamptz), line.matures_at)",
        ),
    ),
}
