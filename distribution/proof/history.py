"""An order's recorded history as read back for the proof: every row of it, by number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Row, bindparam, text
from sqlalchemy.orm import Session

_BATCH = 500

_ORDERS = text("""
SELECT * FROM distribution.orders
WHERE id > :after AND placed_at >= coalesce(:begins_at, '-infinity') AND placed_at < coalesce(:ends_at, 'infinity')
ORDER BY id LIMIT :batch
""").bindparams(bindparam("begins_at", type_=DateTime(True)), bindparam("ends_at", type_=DateTime(True)))
_CHILDREN = {
    "order_snapshots": "number",
    "terms": "number",
    "shares": "number",
    "commission_lines": "number",
    "bindings": "id",
    "receipts": "snapshot_number",
}


@dataclass(slots=True)
class History:
    """All rows of one order; `children` by table, in their numbers' order."""

    order: Row[Any]
    children: dict[str, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))

    def name(self, number: object = None) -> str:
        """How a difference names the order, or a row of its history."""
        name = f"{self.order.source}:{self.order.external_id}"
        return name if number is None else f"{name}#{number}"

    @property
    def snapshots(self) -> Sequence[Row[Any]]:
        return self.children["order_snapshots"]

    @property
    def terms(self) -> Sequence[Row[Any]]:
        return self.children["terms"]

    @property
    def shares(self) -> Sequence[Row[Any]]:
        return self.children["shares"]

    @property
    def lines(self) -> Sequence[Row[Any]]:
        return self.children["commission_lines"]

    @property
    def bindings(self) -> Sequence[Row[Any]]:
        return self.children["bindings"]

    @property
    def receipts(self) -> Sequence[Row[Any]]:
        return self.children["receipts"]


def histories(
    session: Session, begins_at: datetime | None = None, ends_at: datetime | None = None
) -> Iterator[History]:
    """Every order's history, or those of the orders placed in some time, in batches, so that memory stays flat."""
    asked = {"batch": _BATCH, "begins_at": begins_at, "ends_at": ends_at}
    after = 0
    while True:
        orders = session.execute(_ORDERS, {**asked, "after": after}).all()
        if not orders:
            return
        found = {order.id: History(order) for order in orders}
        for table, key in _CHILDREN.items():
            query = text(
                f"SELECT * FROM distribution.{table} WHERE order_id = ANY (:ids) ORDER BY order_id, {key}"
            )
            for row in session.execute(query, {"ids": list(found)}):
                found[row.order_id].children[table].append(row)
        yield from found.values()
        after = orders[-1].id


def orphans(session: Session) -> Iterator[tuple[str, int]]:
    """Rows of histories whose order is not there: table and order id."""
    for table in _CHILDREN:
        query = text(
            f"SELECT DISTINCT order_id FROM distribution.{table} AS child WHERE order_id IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM distribution.orders WHERE orders.id = child.order_id)"
        )
        for (order_id,) in session.execute(query):
            yield table, order_id
