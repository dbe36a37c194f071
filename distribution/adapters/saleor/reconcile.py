"""Compares the shop's orders with what is recorded of them, and repairs what a lost event left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor.changed import ChangedOrders, Page
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.adapters.saleor.keys import keys as program_keys
from distribution.adapters.saleor.mapper import SOURCE, Keys
from distribution.adapters.saleor.record import Outcome, Shown, record_orders
from distribution.commission.accrue import Recorded
from distribution.db import clock_at, transaction
from distribution.orders.inbox import announce

OVERLAP = timedelta(minutes=10)
"""How far each run looks behind the one before: replicas lag, and transactions commit late."""
FIRST_LOOK = timedelta(days=30)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
HOOK = "reconcile"

_BEGIN = text(
    """
    INSERT INTO distribution.reconciliations (source, since_at, started_at) VALUES (:source, :since, :now) RETURNING id
    """
)
_COUNT = text(
    """
    UPDATE distribution.reconciliations
    SET seen = seen + :seen, repaired = repaired + :repaired, failed = failed + :failed WHERE id = :id
    """
)
_END = text(
    "UPDATE distribution.reconciliations SET finished_at = :finished_at, error = :error WHERE id = :id"
)
_GOOD_RUNS = text(
    """
    SELECT since_at, started_at FROM distribution.reconciliations
    WHERE source = :source AND finished_at IS NOT NULL AND error IS NULL ORDER BY started_at DESC LIMIT 1000
    """
)


@dataclass(slots=True)
class Reconciled:
    """What one comparison has covered and come to so far; `failed` says why by order id."""

    since: datetime
    seen: int = 0
    repaired: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def reconcile(
    engine: Engine,
    client: SaleorClient,
    *,
    since: datetime | None = None,
    everything: bool = False,
    after_page: Callable[[Reconciled, list[Recorded]], None] = lambda _total, _repaired: None,
) -> Reconciled:
    """Compare all orders changed since `since` (where the last good run began, if not given), or every order.

    This is an edge: each page is read between transactions and recorded in one of its own; `after_page` is called
    with the total and what was missing. An order that fails is left to the inbox, which tries again.
    Raises SaleorUnreachable and SaleorRefused; what was recorded until then stands, and the next run begins where
    this one did.
    """
    with transaction(engine) as session:
        now = clock_at(session)
        begin = BEGINNING if everything else since or _where_to_begin(session, now)
        run_id: int = session.execute(_BEGIN, {"source": SOURCE, "since": begin, "now": now}).scalar_one()
        keys = program_keys(session)
    reconciled = Reconciled(since=begin)
    wanted = [keys.referral_code, keys.referral_click]
    changed = ChangedOrders(client, since=None if everything else begin, keys=wanted)
    try:
        while True:
            observed_at = _clock(engine)
            page = changed.next_page()
            if page is None:
                break
            after_page(reconciled, _record_page(engine, run_id, page, observed_at, keys, reconciled))
    except (SaleorUnreachable, SaleorRefused) as error:
        _end(engine, run_id, error=error.message)
        raise
    _end(engine, run_id, error=None)
    return reconciled


def _where_to_begin(session: Session, now: datetime) -> datetime:
    """Up to where good runs cover the time without a gap, less the overlap."""
    covered_until: datetime | None = None
    for since, started_at in reversed(session.execute(_GOOD_RUNS, {"source": SOURCE}).all()):
        if covered_until is None or since <= covered_until:
            covered_until = started_at
    return now - FIRST_LOOK if covered_until is None else covered_until - OVERLAP


def _record_page(
    engine: Engine, run_id: int, page: Page, observed_at: datetime, keys: Keys, reconciled: Reconciled
) -> list[Recorded]:
    shown = [Shown(order_id, order, observed_at) for order_id, order in page.orders.items()]
    outcome = record_orders(engine, shown, keys=keys) if shown else Outcome()
    failed = page.failed | outcome.failed
    repaired = [each for each in outcome.recorded.values() if each.effect == "recorded"]
    with transaction(engine) as session:
        announce(session, list(failed), source=SOURCE, hook=HOOK, due_at=clock_at(session))
        counts = {
            "seen": len(page.orders) + len(page.failed),
            "repaired": len(repaired),
            "failed": len(failed) + len(outcome.bad),
        }
        session.execute(_COUNT, {"id": run_id, **counts})
    reconciled.seen += counts["seen"]
    reconciled.repaired += len(repaired)
    reconciled.failed |= failed | outcome.bad
    return repaired


def _clock(engine: Engine) -> datetime:
    with transaction(engine) as session:
        return clock_at(session)


def _end(engine: Engine, run_id: int, *, error: str | None) -> None:
    with transaction(engine) as session:
        finished_at = clock_at(session)
        session.execute(_END, {"id": run_id, "finished_at": finished_at, "error": error})
