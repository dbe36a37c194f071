"""What a distributor earned, line by line: of what, by which rate, when it matures, whether a statement has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.explanation.read import plan_numbered
from distribution.analytics.paging import Cursor, Page, cut
from distribution.commission.plan.rules import Plan, Rate
from distribution.commission.plan.selector import Selector
from distribution.errors import InvalidInput
from distribution.settlement.window import ADJUSTMENT, COMMISSION

View = Literal["all", "pending", "released"]


@dataclass(frozen=True, slots=True)
class EarningFilter:
    """Which lines: in one currency, pending or released where `view` says so, maturing in [`since`, `until`)."""

    currency: str
    view: View = "all"
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EarningRow:
    """One commission line. `product` is the order line's name; `settled` that a closed run owns it.

    `place` is how far from the sale they stood, 1 the seller; `rate` is the plan's rate that won when the
    terms were frozen, as far as it is about the goods.
    """

    order_id: int
    number: int
    order_number: str
    product: str
    place: int
    currency: str
    amount_minor: int
    kind: str
    rate_numerator: int
    rate_denominator: int
    share_number: int
    recorded_at: datetime
    matures_at: datetime
    settled: bool
    rate: Rate | None

    @property
    def key(self) -> str:
        """The line's name within all lines."""
        return f"{self.order_id}.{self.number}"


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """An adjusting line of a period that was decided as a whole; `basis` says what it follows from."""

    number: int
    period: str
    period_start: date
    currency: str
    amount_minor: int
    kind: str
    basis: Mapping[str, Any]
    recorded_at: datetime
    matures_at: datetime
    settled: bool

    @property
    def key(self) -> str:
        """The line's name within all lines."""
        return f"0.{self.number}"


Earning = EarningRow | AdjustmentRow
_COLUMNS = [field.name for field in fields(EarningRow) if field.name != "rate"]
_ADJUSTMENT_COLUMNS = [field.name for field in fields(AdjustmentRow)]
_PAGE = """
    (SELECT {columns} FROM distribution.{table} line
    WHERE line.distributor_id = :distributor_id AND line.currency = :currency
        AND (CAST(:matures_after AS timestamptz) IS NULL OR line.matures_at > :matures_after)
        AND (CAST(:matures_by AS timestamptz) IS NULL OR line.matures_at <= :matures_by)
        AND (CAST(:since AS timestamptz) IS NULL OR line.matures_at >= :since)
        AND (CAST(:until AS timestamptz) IS NULL OR line.matures_at < :until)
        AND (CAST(:after_at AS timestamptz) IS NULL
             OR (line.matures_at, {key}) < (:after_at, :after_order, :after_number))
    ORDER BY line.matures_at DESC, {key_down} LIMIT :limit)
"""
_COMMISSION = _PAGE.format(
    table="commission_lines",
    columns=f"{COMMISSION}, line.currency, line.epoch",
    key="line.order_id, line.number",
    key_down="line.order_id DESC, line.number DESC",
)
_ADJUSTMENTS = _PAGE.format(
    table="period_adjustments",
    columns=f"{ADJUSTMENT}, line.currency, line.epoch",
    key="0, line.number",
    key_down="line.number DESC",
)
_LINES = text(f"""
WITH closed AS (
    SELECT run.currency, run.epoch, run.cutoff_at
    FROM distribution.statements statement JOIN distribution.settlement_runs run ON run.id = statement.run_id
    WHERE statement.distributor_id = :distributor_id AND statement.currency = :currency
    ORDER BY statement.number DESC LIMIT 1
), page AS (
    SELECT * FROM ({_COMMISSION} UNION ALL {_ADJUSTMENTS}) AS line
    ORDER BY line.matures_at DESC, line.order_id DESC, line.number DESC LIMIT :limit
)
SELECT line.order_id, line.number, placed.number AS order_number,
    coalesce(sold.item ->> 'name', share.line_id) AS product,
    CASE line.distributor_id WHEN terms.seller_id THEN 1 WHEN terms.second_id THEN 2 ELSE 3 END AS place,
    line.currency, line.amount_minor, line.kind, share.rate_numerator, share.rate_denominator,
    share.number AS share_number, line.recorded_at, line.matures_at, line.period, line.period_start, line.basis,
    coalesce(line.epoch <= closed.epoch AND line.matures_at <= closed.cutoff_at, false) AS settled,
    terms.plan_number, CAST(share.rule ->> 'rate' AS integer) AS rate_index, sold.item
FROM page line
LEFT JOIN distribution.orders placed ON placed.id = line.order_id
LEFT JOIN distribution.shares share ON share.order_id = line.order_id AND share.number = line.share_number
LEFT JOIN distribution.terms ON terms.order_id = line.order_id AND terms.number = share.terms_number
LEFT JOIN distribution.order_snapshots snapshot
    ON snapshot.order_id = line.order_id AND snapshot.number = share.snapshot_number
LEFT JOIN LATERAL (
    SELECT item FROM jsonb_array_elements(snapshot.state -> 'lines') AS item
    WHERE item ->> 'id' = share.line_id LIMIT 1
) AS sold ON true
LEFT JOIN closed ON closed.currency = line.currency
ORDER BY line.matures_at DESC, line.order_id DESC, line.number DESC
""")


def earnings(
    session: Session,
    distributor_id: UUID,
    wanted: EarningFilter,
    *,
    now: datetime,
    after: Cursor | None = None,
    limit: int = 20,
) -> Page[Earning]:
    """One page of those of a distributor's lines that are `wanted`, what matures last first."""
    after_order, after_number = _key(after)
    rows = session.execute(
        _LINES,
        {
            "distributor_id": distributor_id,
            "currency": wanted.currency,
            "matures_after": now if wanted.view == "pending" else None,
            "matures_by": now if wanted.view == "released" else None,
            "since": wanted.since,
            "until": wanted.until,
            "after_at": after.at if after else None,
            "after_order": after_order,
            "after_number": after_number,
            "limit": limit + 1,
        },
    ).all()
    plans = {
        number: plan_numbered(session, number).plan for number in {row.plan_number for row in rows} - {None}
    }
    items = [_row(plans, row) for row in rows[:limit]]
    return cut(items, len(rows) > limit, lambda row: Cursor(row.matures_at, row.key))


def _row(plans: Mapping[int, Plan], row: Any) -> Earning:
    if row.period is not None:
        return AdjustmentRow(**{name: row._mapping[name] for name in _ADJUSTMENT_COLUMNS})
    values = {name: row._mapping[name] for name in _COLUMNS}
    # Shares of the first version name no rate.
    if row.rate_index is None:
        return EarningRow(**values, rate=None)
    rate = plans[row.plan_number].rates[row.rate_index]
    return EarningRow(**values, rate=replace(rate, selector=_goods(rate.selector, row.item or {})))


def _goods(selector: Selector, line: Mapping[str, Any]) -> Selector:
    """What of a selector is about the goods, with the ids that the line has: whom else it is for is not told."""
    own = {
        "variant": [line.get("variant_id")],
        "product": [line.get("product_id")],
        "collection": line.get("collection_ids", []),
        "category": line.get("category_ids", []),
    }.get(selector.what or "", [])
    nearest = [key for key in own if key in selector.what_ids][:1]
    return replace(selector, what_ids=frozenset(nearest), who=None, who_ids=frozenset())


def _key(after: Cursor | None) -> tuple[int, int]:
    if after is None:
        return 0, 0
    try:
        order, number = after.id.split(".")
        return int(order), int(number)
    except ValueError:
        raise InvalidInput("this is no place in the list", field="after") from None
