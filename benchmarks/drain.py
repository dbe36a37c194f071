"""Draining the inbox, from claim to commit, against one bare transaction an event; answers are recorded, not fetched.

A sale fires five hooks, so each order has five signals. The reference takes them as they come: the first writes the
rows production writes, made beforehand, the others find nothing new; each removes its signal in its own transaction.
"""

from __future__ import annotations

import json
from decimal import Decimal
from time import perf_counter

import httpx
import psycopg
from sqlalchemy import Engine, text

from benchmarks import bare_orders
from benchmarks.database import database
from benchmarks.orders import CODE, LINES, sellers
from benchmarks.result import report
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.mapper import Keys, to_snapshot
from distribution.commission.writing import STATEMENT
from distribution.db import clock_at, transaction
from jobs.drain import drain

ORDERS = 2_000
HOOKS = ("order_created", "order_paid", "order_fully_paid", "order_updated", "order_confirmed")
ROUNDS = 3
GOAL = 10.0

_SIGNALS = text(
    """
    INSERT INTO distribution.inbox (kind, subject_id, hook)
    SELECT 'order', id, hook FROM unnest(CAST(:ids AS text[])) AS id CROSS JOIN unnest(CAST(:hooks AS text[])) AS hook
    """
)
_EMPTY = text("DELETE FROM distribution.inbox")
_TAKE = "DELETE FROM distribution.inbox WHERE id = %s"
_KNOWN = "SELECT content_hash FROM distribution.orders WHERE source = 'saleor' AND external_id = %s"


class Recorded(httpx.BaseTransport):
    """Answers every request with orders encoded beforehand, as a Saleor that takes no time."""

    def __init__(self, orders: dict[str, bytes]) -> None:
        self._orders = orders

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to our aliased query."""
        variables = json.loads(request.read())["variables"]
        parts = [
            b'"o%b": %b' % (name.removeprefix("id").encode(), self._orders[order_id])
            for name, order_id in variables.items()
            if name != "keys"
        ]
        return httpx.Response(200, content=b'{"data": {%b}}' % b", ".join(parts))


def run() -> None:
    """Drain 10 000 signals of 2 000 orders both ways, three times in turns; the median ratio counts."""
    with database() as engine:
        sellers(engine)
        _whole(engine, "warm")
        found = [(_bare(engine, f"b{turn}"), _whole(engine, f"w{turn}")) for turn in range(ROUNDS)]
    bare_seconds, whole_seconds = sorted(found, key=lambda each: each[0] / each[1])[ROUNDS // 2]
    events = ORDERS * len(HOOKS)
    report(
        "drain",
        bare_seconds / whole_seconds,
        GOAL,
        f"{events / whole_seconds:.0f} signals/s and {ORDERS / whole_seconds:.0f} orders/s against "
        f"{events / bare_seconds:.0f} signals/s bare, {len(HOOKS)} signals and {LINES * 3} commission rows an order",
    )


def _whole(engine: Engine, prefix: str) -> float:
    answers = _orders(prefix)
    _signal(engine, list(answers))
    with SaleorClient("http://recorded/", "token", transport=Recorded(answers)) as client:
        started = perf_counter()
        drained = drain(engine, client, longest_seconds=600)
        seconds = perf_counter() - started
    assert drained.recorded == ORDERS, drained
    with transaction(engine) as session:
        session.execute(_EMPTY)
    return seconds


def _bare(engine: Engine, prefix: str) -> float:
    answers = _orders(prefix)
    _signal(engine, list(answers))
    with transaction(engine) as session:
        observed_at = clock_at(session)
        waiting = session.execute(text("SELECT id, subject_id FROM distribution.inbox ORDER BY id")).all()
    keys = Keys(hash_key=b"k" * 32)
    snapshots = [
        to_snapshot(json.loads(answer, parse_float=Decimal), observed_at=observed_at, keys=keys)
        for answer in answers.values()
    ]
    rows = dict(zip(answers, bare_orders.prepared(engine, snapshots, 1), strict=True))
    address = engine.url.set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(address) as connection:
        connection.prepare_threshold = 0
        started = perf_counter()
        for signal_id, order_id in waiting:
            with connection.pipeline():
                connection.execute(_TAKE, [signal_id])
                if order_id in rows:
                    connection.execute(STATEMENT, rows.pop(order_id))
                else:
                    connection.execute(_KNOWN, [order_id])
                connection.commit()
        return perf_counter() - started


def _signal(engine: Engine, order_ids: list[str]) -> None:
    with transaction(engine) as session:
        session.execute(_SIGNALS, {"ids": order_ids, "hooks": list(HOOKS)})


def _orders(prefix: str) -> dict[str, bytes]:
    """Paid and delivered orders as our fragment shows them, by id."""
    return {
        f"T3JkZXI6{prefix}-{number}": json.dumps(_order(f"T3JkZXI6{prefix}-{number}", number)).encode()
        for number in range(ORDERS)
    }


def _order(order_id: str, number: int) -> dict[str, object]:
    lines = [
        {
            "id": f"{order_id}-{line}",
            "productName": "A tee of the bench",
            "productSku": f"SKU-{line}",
            "quantity": 2,
            "totalPrice": {"net": {"amount": 40.0 + line}, "gross": {"amount": 44.0 + line}},
            "variant": {
                "id": f"variant-{line}",
                "product": {
                    "id": f"product-{line}",
                    "productType": {"kind": "NORMAL"},
                    "category": {"id": "category-1"},
                    "collections": [],
                },
            },
        }
        for line in range(LINES)
    ]
    paid = {"amount": 135.0}
    return {
        "id": order_id,
        "number": str(number),
        "status": "FULFILLED",
        "origin": "CHECKOUT",
        "original": None,
        "created": "2026-03-01T10:00:00+00:00",
        "userEmail": f"{order_id}@example.com",
        "user": None,
        "channel": {"slug": "default", "currencyCode": "USD"},
        "shippingAddress": {"country": {"code": "US"}},
        "billingAddress": None,
        "metafields": {"referral_code": CODE},
        "voucherCode": None,
        "total": {"gross": paid, "currency": "USD"},
        "shippingPrice": {"gross": {"amount": 0.0}},
        "totalCharged": paid,
        "totalRefunded": {"amount": 0.0},
        "totalRefundPending": {"amount": 0.0},
        "lines": lines,
        "fulfillments": [
            {
                "status": "FULFILLED",
                "created": "2026-03-05T10:00:00+00:00",
                "shippingRefundedAmount": None,
                "lines": [{"quantity": 2, "orderLine": {"id": line["id"]}} for line in lines],
            }
        ],
        "transactions": [],
        "grantedRefunds": [],
        "events": [],
    }
