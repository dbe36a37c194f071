"""What a distributor takes along: their orders and their earnings as rows of a table, read a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.earnings import Earning, EarningFilter, EarningRow, earnings
from distribution.analytics.orders import ALL_ORDERS, OrderFilter, OrderRow, orders
from distribution.analytics.paging import Cursor, Page
from distribution.analytics.spreadsheet import harmless
from distribution.commission.review.rule import HELD_AT
from distribution.money import to_decimal_text

MOST_ROWS = 100_000
_STEP = 2_000
Row = TypeVar("Row")
ORDER_COLUMNS = (
    "order",
    "placed_at",
    "state",
    "steps_from_sale",
    "products",
    "items",
    "currency",
    "goods_net",
    "commission_recorded",
    "commission_if_all_is_kept",
)
EARNING_COLUMNS = (
    "recorded_at",
    "matures_at",
    "kind",
    "order",
    "product",
    "steps_from_sale",
    "period",
    "currency",
    "amount",
    "settled",
)


def order_rows(
    session: Session, distributor_id: UUID, wanted: OrderFilter = ALL_ORDERS
) -> Iterator[tuple[str, ...]]:
    """The orders that `orders` lists, in the order of `ORDER_COLUMNS`; `MOST_ROWS` of them, the newest.

    Amounts are decimals of the currency with a point, times are UTC.
    """
    yield from map(_order, islice(_all(partial(orders, session, distributor_id, wanted)), MOST_ROWS))


def earning_rows(
    session: Session, distributor_id: UUID, wanted: EarningFilter, *, now: datetime
) -> Iterator[tuple[str, ...]]:
    """The same of what `earnings` lists, in the order of `EARNING_COLUMNS`; what is held matures at no time."""
    read = partial(earnings, session, distributor_id, wanted, now=now)
    yield from map(_earning, islice(_all(read), MOST_ROWS))


def _all(read: Callable[..., Page[Row]]) -> Iterator[Row]:
    after: Cursor | None = None
    while True:
        page = read(after=after, limit=_STEP)
        yield from page.items
        after = page.next
        if after is None:
            return


def _order(row: OrderRow) -> tuple[str, ...]:
    return (
        harmless(row.number),
        _moment(row.placed_at),
        row.state,
        str(row.place),
        harmless("; ".join(row.products)),
        str(row.quantity),
        row.currency,
        to_decimal_text(row.net_minor, row.currency),
        to_decimal_text(row.accrued_minor, row.currency),
        to_decimal_text(row.potential_minor, row.currency),
    )


def _earning(row: Earning) -> tuple[str, ...]:
    of = (
        (harmless(row.order_number), harmless(row.product), str(row.place), "")
        if isinstance(row, EarningRow)
        else ("", "", "", f"{row.period} {row.period_start}")
    )
    return (
        _moment(row.recorded_at),
        _moment(row.matures_at),
        row.kind,
        *of,
        row.currency,
        to_decimal_text(row.amount_minor, row.currency),
        "yes" if row.settled else "no",
    )


def _moment(at: datetime) -> str:
    return "" if at >= HELD_AT else at.astimezone(UTC).isoformat(timespec="seconds")
