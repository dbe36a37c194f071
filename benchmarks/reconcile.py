"""Reconciliation of 10,000 orders of a real Saleor against paging through the same query and throwing the answer away.

Runs where DISTRIBUTION_TEST_SALEOR_URL, _EMAIL, _PASSWORD and _TOKEN (an app that may manage orders) name a Saleor with
nothing else to do. The orders are imported at the first run and found again later. Both ask for the same orders by the
same query, in turns: first with none of them recorded here, then with all, as on any other night.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time
from typing import Any

import httpx
from sqlalchemy import Engine

from benchmarks.database import database
from benchmarks.orders import CODE, sellers
from benchmarks.result import report
from benchmarks.shop_orders import import_orders
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.reconcile import reconcile
from distribution.adapters.saleor.scope import Scope
from tests.saleor.client import Saleor
from tests.saleor.shop import Shop

VARIABLES = tuple(f"DISTRIBUTION_TEST_SALEOR_{name}" for name in ("URL", "EMAIL", "PASSWORD", "TOKEN"))
ORDERS = 10_000
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
GOAL = 0.80
_CURSOR = re.compile(rb'"hasNextPage": ?(true|false), ?"endCursor": ?("[^"]*"|null)')


class Overheard(httpx.BaseTransport):
    """Passes requests on and keeps the first one for orders."""

    def __init__(self) -> None:
        self.body: dict[str, Any] = {}
        self._through = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of Saleor."""
        body = json.loads(request.read())
        if not self.body and "orders(" in body["query"]:
            self.body = body
        return self._through.handle_request(request)

    def close(self) -> None:
        """Let go of the connections."""
        self._through.close()


def run(orders: int = ORDERS) -> None:
    """Bare, anew, bare, again; each of ours against the bare one before it."""
    url, email, password, token = (os.environ.get(variable, "") for variable in VARIABLES)
    if not all((url, email, password, token)):
        print(f"bench reconcile left out: no Saleor ({', '.join(VARIABLES)})", flush=True)
        return
    shop = Shop(Saleor(url, email, password))
    import_orders(shop, shop.channel(), orders, begin=BEGIN, code=CODE)
    # One second apart, so that whole days of an older Saleor bring the same.
    scope = Scope("placed", BEGIN, BEGIN + timedelta(seconds=orders))
    with database() as engine:
        sellers(engine)
        body = _question(engine, url, token)
        for name in ("anew", "again"):
            bare_seconds, seen = _bare(url, token, body, scope)
            started, used = perf_counter(), process_time()
            with SaleorClient(url, token, timeout_seconds=120) as client:
                done = reconcile(engine, client, scope)
            seconds, used = perf_counter() - started, process_time() - used
            assert done.proves, done.failed
            assert (done.seen, seen) == (orders, orders)
            assert done.repaired == (orders if name == "anew" else 0), done.repaired
            report(
                f"reconcile_{name}",
                bare_seconds / seconds,
                GOAL,
                f"{orders / seconds:.0f} orders/s against {orders / bare_seconds:.0f} orders/s thrown away, "
                f"{used / orders * 1000:.2f} ms of our own processor time an order, {done.repaired} recorded",
            )


def _question(engine: Engine, url: str, token: str) -> dict[str, Any]:
    """What reconciliation asks, overheard on a scope without orders."""
    overheard = Overheard()
    with SaleorClient(url, token, timeout_seconds=120, transport=overheard) as client:
        reconcile(engine, client, Scope("placed", BEGIN - timedelta(days=2), BEGIN - timedelta(days=1)))
    return overheard.body


def _bare(url: str, token: str, body: dict[str, Any], scope: Scope) -> tuple[float, int]:
    """Seconds to page through the same orders, and how many there were."""
    with httpx.Client(timeout=120, headers={"Authorization": f"Bearer {token}"}) as http:
        started = perf_counter()
        seen = sum(_pages(http, url, body, scope))
        return perf_counter() - started, seen


def _pages(http: httpx.Client, url: str, body: dict[str, Any], scope: Scope) -> Iterator[int]:
    after: str | None = None
    while True:
        variables = body["variables"] | {"chosen": scope.where(), "after": after}
        content = http.post(url, json=body | {"variables": variables}).content
        found = _CURSOR.search(content)
        assert found is not None, content[:500]
        yield content.count(b'"userEmail"')
        if found[1] == b"false":
            return
        after = json.loads(found[2])
