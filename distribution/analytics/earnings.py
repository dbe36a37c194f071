"""Commission lines of a distributor: what each is of, when it matures, whether a statement has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.paging import Cursor, Page, cut
from distribution.errors import InvalidInput

View = Literal["all", "pending", "released"]


@dataclass(frozen=True, slots=True)
class EarningRow:
    """One commission line. `product` is the order line's name; `settled` that a closed run owns it."""

    order_id: int
    number: int
    order_number: str
    product: str
    level: int
    currency: str
    amount_minor: int
    kind: str
    rate_numerator: int
    rate_denominator: int
    rule: dict[str, object]
    recorded_at: datetime
    matures_at: datetime
    settled: bool

    @property
    def key(self) -> str:
        """The line's name within all lines."""
        return f"{self.order_id}.{self.number}"


_LINES = text("""
WITH closed AS (
    SELECT DISTINCT ON (currency) currency, epoch, cutoff_at FROM distribution.settlement_runs
    WHERE closed_at IS NOT NULL ORDER BY currency, number DESC
), page AS (
    SELECT line.* FROM distribution.commission_lines line
    WHERE line.distributor_id = :distributor_id AND line.currency = :currency
        AND (CAST(:matures_after AS timestamptz) IS NULL OR line.matures_at > :matures_after)
        AND (CAST(:matures_by AS timestamptz) IS NULL OR line.matures_at <= :matures_by)
        AND (CAST(:after_at AS timestamptz) IS NULL
             OR (line.matures_at, line.order_id, line.number) < (:after_at, :after_order, :after_number))
    ORDER BY line.matures_at DESC, line.order_id DESC, line.number DESC LIMIT :limit
)
SELECT line.order_id, line.number, placed.number,
    coalesce((SELECT item ->> 'name' FROM jsonb_array_elements(snapshot.state -> 'lines') AS item
              WHERE item ->> 'id' = share.line_id LIMIT 1), share.line_id),
    share.level, line.currency, line.amount_minor, line.kind, share.rate_numerator, share.rate_denominator, share.rule,
    line.recorded_at, line.matures_at,
    coalesce(line.epoch <= closed.epoch AND line.matures_at <= closed.cutoff_at, false)
FROM page line
JOIN distribution.orders placed ON placed.id = line.order_id
JOIN distribution.shares share ON share.order_id = line.order_id AND share.number = line.share_number
LEFT JOIN distribution.order_snapshots snapshot
    ON snapshot.order_id = line.order_id AND snapshot.number = line.snapshot_number
LEFT JOIN closed ON closed.currency = line.currency
ORDER BY line.matures_at DESC, line.order_id DESC, line.number DESC
""")


def earnings(
    session: Session,
    distributor_id: UUID,
    *,
    currency: str,
    now: datetime,
    view: View = "all",
    after: Cursor | None = None,
    limit: int = 20,
) -> Page[EarningRow]:
    """One page of a distributor's lines in one currency, what matures last first."""
    after_order, after_number = _key(after)
    rows = session.execute(
        _LINES,
        {
            "distributor_id": distributor_id,
            "currency": currency,
            "matures_after": now if view == "pending" else None,
            "matures_by": now if view == "released" else None,
            "after_at": after.at if after else None,
            "after_order": after_order,
            "after_number": after_number,
            "limit": limit + 1,
        },
    ).all()
    items = [EarningRow(*row) for row in rows[:limit]]
    return cut(items, len(rows) > limit, lambda row: Cursor(row.matures_at, row.key))


def _key(after: Cursor | None) -> tuple[int, int]:
    if after is None:
        return 0, 0
    try:
        order, number = after.id.split(".")
        return int(order), int(number)
    except ValueError:
        raise InvalidInput("this is no place in the list", field="after") from None
