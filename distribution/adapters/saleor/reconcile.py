"""Compares the shop's orders with what is recorded of them, and repairs what a lost event left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.adapters.saleor.keys import keys as program_keys
from distribution.adapters.saleor.mapper import SOURCE, Keys
from distribution.adapters.saleor.order_pages import OrderPages, Page
from distribution.adapters.saleor.record import Outcome, Shown, record_orders
from distribution.adapters.saleor.scope import Scope
from distribution.commission.accrue import Recorded
from distribution.db import clock_at, transaction
from distribution.orders import reconciliations
from distribution.orders.inbox import announce
from distribution.orders.reconciliations import Compared

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
HOOK = "reconcile"
CONTRADICTION = "shown twice at the same moment, not the same"


@dataclass(slots=True)
class Reconciled:
    """What one comparison has covered and come to so far; `failed` says why by order id."""

    scope: Scope
    since: datetime
    seen: int = 0
    repaired: int = 0
    paid: int = 0
    attributed: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def proves(self) -> bool:
        """Whether every paid order of the scope is recorded as the shop shows it."""
        return not self.failed


def reconcile(
    engine: Engine,
    client: SaleorClient,
    scope: Scope | None = None,
    *,
    after_page: Callable[[Reconciled, list[Recorded]], None] = lambda _total, _repaired: None,
) -> Reconciled:
    """Compare all orders of a scope; without one those changed since the last good run began.

    This is an edge: each page is read between transactions, the next one meanwhile, and recorded in one of its own;
    `after_page` is called with the total and what was missing. An order that fails is left to the inbox, which tries
    again. Raises SaleorUnreachable and SaleorRefused; what was recorded until then stands, and the next run begins
    where this one did.
    """
    with transaction(engine) as session:
        now = clock_at(session)
        scope = scope or Scope("changed", reconciliations.where_to_begin(session, source=SOURCE, now=now))
        total = Reconciled(scope, scope.since or BEGINNING)
        run_id = reconciliations.begin(
            session, source=SOURCE, kind=scope.kind, since=total.since, until=scope.until, now=now
        )
        keys = program_keys(session)
    pages = OrderPages(client, scope, keys=[keys.referral_code, keys.referral_click])
    try:
        for observed_at, page in _read_ahead(engine, pages):
            after_page(total, _record_page(engine, run_id, page, observed_at, keys, total))
    except (SaleorUnreachable, SaleorRefused) as error:
        _end(engine, run_id, error=error.message)
        raise
    _end(engine, run_id, error=None)
    return total


def _read_ahead(engine: Engine, pages: OrderPages) -> Iterator[tuple[datetime, Page]]:
    """Each page with the moment before it was asked for; Saleor makes the next one while this one is recorded."""
    with ThreadPoolExecutor(1, "saleor") as reader:
        asked_at, answer = _clock(engine), reader.submit(pages.next_page)
        while (page := answer.result()) is not None:
            read_at = asked_at
            asked_at, answer = _clock(engine), reader.submit(pages.next_page)
            yield read_at, page


def _record_page(
    engine: Engine, run_id: int, page: Page, observed_at: datetime, keys: Keys, total: Reconciled
) -> list[Recorded]:
    shown = [Shown(order_id, order, observed_at) for order_id, order in page.orders.items()]
    outcome = record_orders(engine, shown, keys=keys) if shown else Outcome()
    recorded = outcome.recorded.items()
    contradicting = {order_id: CONTRADICTION for order_id, each in recorded if each.effect == "conflict"}
    again = page.failed | outcome.failed | contradicting
    repaired = [each for _, each in recorded if each.effect == "recorded"]
    paid = [
        order_id
        for order_id, each in recorded
        if each.snapshot.paid
        and order_id not in contradicting
        and total.scope.covers(each.snapshot.placed_at)
    ]
    with transaction(engine) as session:
        announce(session, list(again), source=SOURCE, hook=HOOK, due_at=clock_at(session))
        compared = Compared(
            seen=len(page.orders) + len(page.failed),
            repaired=len(repaired),
            failed=len(again) + len(outcome.bad),
            paid=len(paid),
            attributed=reconciliations.attributed(session, paid, source=SOURCE),
        )
        reconciliations.count(session, run_id, compared)
    total.seen += compared.seen
    total.repaired += compared.repaired
    total.paid += compared.paid
    total.attributed += compared.attributed
    total.failed |= again | outcome.bad
    return repaired


def _clock(engine: Engine) -> datetime:
    with transaction(engine) as session:
        return clock_at(session)


def _end(engine: Engine, run_id: int, *, error: str | None) -> None:
    with transaction(engine) as session:
        reconciliations.end(session, run_id, error=error, now=clock_at(session))
