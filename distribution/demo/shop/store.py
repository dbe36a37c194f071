"""The shop's own memory, a SQLite file: which orders there are, how far their stories have come, open checkouts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from distribution.demo.shapes import Identity, Shape, State, shapes, show

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, shape INTEGER NOT NULL, part TEXT NOT NULL,
    state INTEGER NOT NULL, identity TEXT NOT NULL, updated_at REAL NOT NULL, due_at REAL
);
CREATE INDEX IF NOT EXISTS orders_due_at ON orders (due_at);
CREATE INDEX IF NOT EXISTS orders_updated_at ON orders (updated_at, number);
CREATE TABLE IF NOT EXISTS checkouts (
    id TEXT PRIMARY KEY, channel TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}', order_id TEXT
);
"""
NOT_YET = -1
"""The state of an order that will be placed some day: nobody is shown it."""
_ORDER = "SELECT id, shape, part, state, identity FROM orders"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A shopper at the till; `metadata` is what a storefront wrote on it."""

    id: str
    channel: str
    sku: str
    quantity: int
    metadata: dict[str, str]
    order_id: str | None


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """An order of the shop and the number of the state its story has come to."""

    shape: Shape
    part: str
    identity: Identity
    state: int

    @property
    def states(self) -> tuple[State, ...]:
        return self.shape.states[self.part]

    def at(self, state: int) -> datetime:
        """When the story comes, or came, to that state."""
        return self.identity.times[self.states[state].moment]

    def shown(self) -> dict[str, Any]:
        """The order as GraphQL shows it now."""
        return show(self.states[self.state], self.identity)


class Store:
    """Opens the file anew for each act, so that any thread or process may ask."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_SCHEMA)

    def add(self, orders: Iterable[ShopOrder]) -> None:
        """Put orders in, each at the state it is in."""
        with self._open() as database:
            database.executemany(
                "INSERT INTO orders (id, number, shape, part, state, identity, updated_at, due_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        order.identity.id,
                        order.identity.number,
                        order.shape.number,
                        order.part,
                        order.state,
                        _packed(order.identity),
                        order.at(max(order.state, NOT_YET + 1)).timestamp(),
                        _due_at(order),
                    )
                    for order in orders
                ],
            )

    def order(self, order_id: str) -> ShopOrder | None:
        """The order of that id."""
        return next(self._orders("WHERE id = ? AND state >= 0", order_id), None)

    def page(self, *, since: datetime | None, after: str | None, first: int) -> list[ShopOrder]:
        """Orders changed since then, those first that changed longest ago; `after` is the number of the last one."""
        where = (
            "WHERE state >= 0 AND updated_at >= ? AND (updated_at, number) > "
            "(coalesce((SELECT updated_at FROM orders WHERE number = ?), 0), ?) ORDER BY updated_at, number LIMIT ?"
        )
        number = int(after or 0)
        return list(self._orders(where, since.timestamp() if since else 0.0, number, number, first))

    def next_number(self) -> int:
        """The number of the next order."""
        with self._open() as database:
            return int(database.execute("SELECT coalesce(max(number), 10000) + 1 FROM orders").fetchone()[0])

    def advance(self, now: datetime) -> list[str]:
        """Bring every story to where it should be at `now`; the ids of the orders that changed."""
        changed = []
        with self._open() as database:
            for order in self._orders("WHERE due_at <= ?", now.timestamp()):
                state = max(index for index in range(len(order.states)) if order.at(index) <= now)
                moved = ShopOrder(order.shape, order.part, order.identity, state)
                # Seen when it came about here, however long the demo was switched off.
                database.execute(
                    "UPDATE orders SET state = ?, due_at = ?, updated_at = ? WHERE id = ?",
                    (state, _due_at(moved), now.timestamp(), order.identity.id),
                )
                changed.append(order.identity.id)
        return changed

    def open_checkout(self, checkout: Checkout) -> None:
        """A shopper comes to the till."""
        with self._open() as database:
            database.execute(
                "INSERT INTO checkouts (id, channel, sku, quantity) VALUES (?, ?, ?, ?)",
                (checkout.id, checkout.channel, checkout.sku, checkout.quantity),
            )

    def checkout(self, checkout_id: str) -> Checkout | None:
        """The checkout of that id."""
        with self._open() as database:
            row = database.execute(
                "SELECT id, channel, sku, quantity, metadata, order_id FROM checkouts WHERE id = ?",
                (checkout_id,),
            ).fetchone()
        if row is None:
            return None
        return Checkout(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5])

    def write_metadata(self, checkout_id: str, entries: dict[str, str]) -> bool:
        """Put metadata on a checkout, as anybody may who knows its id; False when there is none."""
        with self._open() as database:
            done = database.execute(
                "UPDATE checkouts SET metadata = json_patch(metadata, ?) WHERE id = ? AND order_id IS NULL",
                (json.dumps(entries), checkout_id),
            )
            return done.rowcount == 1

    def complete(self, checkout: Checkout, order: ShopOrder) -> bool:
        """The checkout becomes an order; False when it already has."""
        with self._open() as database:
            done = database.execute(
                "UPDATE checkouts SET order_id = ? WHERE id = ? AND order_id IS NULL",
                (order.identity.id, checkout.id),
            )
            if done.rowcount == 0:
                return False
        self.add([order])
        return True

    def _orders(self, where: str, *values: Any) -> Iterator[ShopOrder]:
        with self._open() as database:
            rows = database.execute(f"{_ORDER} {where}", values).fetchall()
        for _, shape, part, state, identity in rows:
            yield ShopOrder(shapes()[shape], part, _unpacked(identity), state)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._path, timeout=20)
        try:
            with database:
                yield database
        finally:
            database.close()


def _due_at(order: ShopOrder) -> float | None:
    following = order.state + 1
    return order.at(following).timestamp() if following < len(order.states) else None


def _packed(identity: Identity) -> str:
    return json.dumps(asdict(identity) | {"times": [at.timestamp() for at in identity.times]})


def _unpacked(packed: str) -> Identity:
    facts = json.loads(packed)
    facts["times"] = tuple(datetime.fromtimestamp(at, UTC) for at in facts["times"])
    return Identity(**facts)
