"""Empties the inbox: claims signals by id, reads their orders as they are now, records what changed."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.saleor import reconcile
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.connect import NO_SHOP
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.adapters.saleor.keys import keys as program_keys
from distribution.adapters.saleor.mapper import SOURCE, Keys
from distribution.adapters.saleor.reader import Reading, read_orders
from distribution.adapters.saleor.record import Outcome, ReadingLapsed, Shown, record_orders
from distribution.db import clock_at, transaction
from distribution.orders import retry
from distribution.orders.bad import keep_bad
from distribution.orders.inbox import (
    REREAD_AFTER,
    ClaimedSignal,
    announce,
    claim,
    complete,
    note_checkouts,
    put_back,
)
from jobs.news import NEWS, take_news
from jobs.resources import Resources
from jobs.tracked import tracked

SUBJECTS = 100
LEASE = timedelta(minutes=2)
LONGEST_SECONDS = 25.0
REREAD = "reread"
OUR_HOOKS = frozenset({REREAD, reconcile.HOOK, retry.HOOK})

_RECORDED_HERE = text(
    "SELECT external_id FROM distribution.orders WHERE source = :source AND external_id = ANY (:ids)"
)


@dataclass(slots=True)
class Drained:
    """How many signals were claimed, and what became of what they named; `news` told all there is by themselves."""

    signals: int = 0
    checkouts: int = 0
    news: int = 0
    recorded: int = 0
    unchanged: int = 0
    bad: int = 0
    gone: int = 0
    put_back: int = 0
    error: str | None = None
    last_signal_at: datetime | None = None


@dataclass(slots=True)
class _Batch:
    """Signals that are ours until `ends_at`, by the order they name; whoever reads does so after `observed_at`."""

    observed_at: datetime
    ends_at: datetime
    keys: Keys
    orders: dict[str, list[ClaimedSignal]] = field(default_factory=dict)

    def ids(self, orders: Collection[str]) -> list[int]:
        """The claimed signals of these orders."""
        return [signal.id for order_id in orders for signal in self.orders[order_id]]

    def to_read_again(self, outcome: Outcome) -> list[str]:
        """Orders to read once more: all but those that only a second reading was asked for and found as they were."""
        return [
            order_id
            for order_id, recorded in outcome.recorded.items()
            if recorded.effect != "unchanged"
            or any(signal.hook != REREAD for signal in self.orders[order_id])
        ]


@tracked("drain_inbox")
def drain_inbox(given: Resources) -> dict[str, Any] | None:
    """Drain the inbox for a while."""
    drained = drain(given.engine, given.saleor if given.has_saleor else None)
    facts = {name: value for name, value in asdict(drained).items() if name != "last_signal_at"}
    if drained.last_signal_at is not None:
        facts["last_signal_at"] = drained.last_signal_at.isoformat()
    return facts


def drain(
    engine: Engine,
    saleor: SaleorClient | None,
    *,
    longest_seconds: float = LONGEST_SECONDS,
    lease: timedelta = LEASE,
) -> Drained:
    """Drain until nothing is due, Saleor does not answer, or the time is over.

    Killed anywhere, the signals it held are due again when the lease ends; one that was read and not yet completed
    is read again and changes nothing.
    """
    drained, subjects = Drained(), SUBJECTS
    deadline = time.monotonic() + longest_seconds
    while drained.error is None and time.monotonic() < deadline:
        batch = _claim(engine, drained, subjects=subjects, lease=lease)
        if batch is None:
            break
        try:
            _read_and_record(engine, saleor, batch, drained)
        except ReadingLapsed:
            # Somebody else may be reading these orders by now; ask for fewer, that this at least gets somewhere.
            subjects = max(1, subjects // 4)
    return drained


def _claim(engine: Engine, drained: Drained, *, subjects: int, lease: timedelta) -> _Batch | None:
    """Claim a batch and note its checkouts; None when nothing is due."""
    with transaction(engine) as session:
        now = clock_at(session)
        signals = claim(session, subjects=subjects, lease=lease, now=now)
        if not signals:
            return None
        checkouts = [signal for signal in signals if signal.kind == "checkout"]
        note_checkouts(session, checkouts)
        complete(session, [signal.id for signal in checkouts])
    told = [signal for signal in signals if signal.kind in NEWS]
    drained.put_back += take_news(engine, told)
    drained.news += len(told)
    with transaction(engine) as session:
        keys = program_keys(session)
        batch = _Batch(observed_at=clock_at(session), ends_at=now + lease, keys=keys)
    for signal in signals:
        if signal.kind == "order":
            batch.orders.setdefault(signal.subject_id, []).append(signal)
        if signal.hook not in OUR_HOOKS:
            drained.last_signal_at = max(drained.last_signal_at or signal.received_at, signal.received_at)
    drained.signals += len(signals)
    drained.checkouts += len(checkouts)
    return batch


def _read_and_record(engine: Engine, saleor: SaleorClient | None, batch: _Batch, drained: Drained) -> None:
    if not batch.orders:
        return
    wanted = [batch.keys.referral_code, batch.keys.referral_click]
    try:
        if saleor is None:
            raise SaleorRefused(NO_SHOP)
        reading = read_orders(saleor, list(batch.orders), keys=wanted)
    except (SaleorUnreachable, SaleorRefused) as error:
        drained.error = error.message
        _put_back(engine, batch, dict.fromkeys(batch.orders, error.message), drained)
        return
    outcome = _record(engine, batch, reading)
    _put_back(engine, batch, reading.failed | outcome.failed, drained)
    drained.recorded += sum(each.effect == "recorded" for each in outcome.recorded.values())
    drained.unchanged += sum(each.effect != "recorded" for each in outcome.recorded.values())
    drained.bad += len(outcome.bad)
    drained.gone += len(reading.gone)


def _record(engine: Engine, batch: _Batch, reading: Reading) -> Outcome:
    def finish(session: Session, outcome: Outcome) -> None:
        now = clock_at(session)
        if now >= batch.ends_at:
            raise ReadingLapsed
        announce(session, batch.to_read_again(outcome), source=SOURCE, hook=REREAD, due_at=now + REREAD_AFTER)
        complete(session, batch.ids([*outcome.recorded, *outcome.bad]))

    if reading.gone:
        with transaction(engine) as session:
            _note_gone(session, reading.gone, batch.observed_at)
            complete(session, batch.ids(reading.gone))
    shown = [Shown(order_id, order, batch.observed_at) for order_id, order in reading.orders.items()]
    return record_orders(engine, shown, keys=batch.keys, alongside=finish) if shown else Outcome()


def _note_gone(session: Session, order_ids: list[str], observed_at: datetime) -> None:
    """A draft that was deleted is no loss; an order that earned commission and is no more, a person should see."""
    for order_id in session.scalars(_RECORDED_HERE, {"source": SOURCE, "ids": order_ids}):
        keep_bad(
            session,
            source=SOURCE,
            order_id=order_id,
            answer=None,
            error="Saleor no longer knows this order; what was recorded stands",
            observed_at=observed_at,
        )


def _put_back(engine: Engine, batch: _Batch, errors: dict[str, str], drained: Drained) -> None:
    if not errors:
        return
    with transaction(engine) as session:
        now = clock_at(session)
        for error in sorted(set(errors.values())):
            ids = batch.ids([order_id for order_id, why in errors.items() if why == error])
            put_back(session, ids, error=error, now=now)
            drained.put_back += len(ids)
