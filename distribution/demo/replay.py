"""Lives the year through, a few days at a time, all by the verbs and the intake that production uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.saleor.mapper import SOURCE, Keys, to_snapshot
from distribution.commission.accrue import accrue
from distribution.commission.reassign import reassign
from distribution.db import transaction
from distribution.demo.brand import ACTOR, YEAR
from distribution.demo.circle import Circle
from distribution.demo.links import Links
from distribution.demo.money import Cashier
from distribution.demo.people import Person
from distribution.demo.plot import Plot
from distribution.demo.sales import Click
from distribution.demo.shop.store import ShopOrder
from distribution.errors import InvalidInput
from distribution.orders.bad import keep_bad
from distribution.orders.snapshot import OrderSnapshot
from distribution.privacy.encryption import Cipher
from distribution.privacy.hashing import address_hash, shopper_key
from distribution.promotion.clicks import Visit, record_clicks
from distribution.settlement.settle import settle

_SETTLES_AFTER = timedelta(hours=2)
_SPAN = timedelta(days=3)
_BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1"
Progress = Callable[[float], None]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as the shop showed it at one moment."""

    at: datetime
    order_id: str
    document: dict[str, Any]


class Replay:
    """One load of the demo into an empty database."""

    def __init__(self, engine: Engine, plot: Plot, rng: Random, cipher: Cipher) -> None:
        self._engine, self._plot, self._rng = engine, plot, rng
        with transaction(engine) as session:
            self._hash_key = shopper_key(session)
        self._keys = Keys(hash_key=self._hash_key)
        self.circle, self._cipher = Circle(plot.people, cipher), cipher
        self._links = Links(plot.now)

    def run(self, progress: Progress) -> None:
        """Everything up to now."""
        people = _Queue(self.circle.events(), lambda event: event.at)
        clicks = _Queue(sorted(self._plot.clicks, key=lambda click: click.at), lambda click: click.at)
        seen = _Queue(sorted(self._seen(), key=lambda each: each.at), lambda each: each.at)
        moves = _Queue(self._plot.reassignments, lambda each: each.at)
        cashier = Cashier(
            self.circle, self._rng, last=self._plot.now, sure=self._plot.debtor, cipher=self._cipher
        )
        spans = list(_spans(self._plot.now))
        for index, (begins, ends) in enumerate(spans):
            if begins.day == 1 and index:
                settle(
                    self._engine,
                    actor=ACTOR,
                    now=begins + _SETTLES_AFTER,
                    until=begins,
                )
            with transaction(self._engine) as session:
                for event in people.until(ends):
                    self.circle.happen(session, event)
                self._record_clicks(session, clicks.until(ends))
                self._record(session, list(seen.until(ends)), now=ends)
                for each in moves.until(ends):
                    self._reassign(session, each.order_id, each.to, each.at)
                cashier.serve(session, since=begins, now=ends)
            progress((index + 1) / len(spans))

    def _seen(self) -> Iterator[Seen]:
        for order in self._plot.orders:
            for state in range(order.state + 1):
                shown = ShopOrder(order.shape, order.part, order.identity, state)
                yield Seen(order.at(state), order.identity.id, shown.shown())

    def _record(self, session: Session, seen: list[Seen], *, now: datetime) -> None:
        good: list[OrderSnapshot] = []
        for each in seen:
            try:
                good.append(to_snapshot(each.document, observed_at=each.at, keys=self._keys))
            except InvalidInput as error:
                keep_bad(
                    session,
                    source=SOURCE,
                    order_id=each.order_id,
                    answer=each.document,
                    error=error.message,
                    observed_at=each.at,
                )
        accrue(session, good, now=now)

    def _record_clicks(self, session: Session, clicks: Iterable[Click]) -> None:
        visits = [
            Visit(
                id=click.id,
                code=click.code,
                at=click.at,
                url=click.page,
                ip_hash=address_hash(self._hash_key, click.ip),
                user_agent=_BROWSER,
                link_id=self._links.followed(session, click),
            )
            for click in clicks
        ]
        record_clicks(session, visits)

    def _reassign(self, session: Session, order_id: str, to: Person, at: datetime) -> None:
        seller: UUID = self.circle.id_of(to)
        reason = "The shopper wrote that she came from another link."
        reassign(
            session,
            source=SOURCE,
            order_id=order_id,
            distributor_id=seller,
            reason=reason,
            actor=ACTOR,
            now=at,
        )


class _Queue(Generic[Item]):
    """Items in the order of their times, handed out up to a moment."""

    def __init__(self, items: Iterable[Item], at: Callable[[Item], datetime]) -> None:
        self._items = list(items)
        self._at = at
        self._next = 0

    def until(self, moment: datetime) -> Iterator[Item]:
        while self._next < len(self._items) and self._at(self._items[self._next]) <= moment:
            self._next += 1
            yield self._items[self._next - 1]


def _spans(now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The year in spans of some days; each month begins with one, because it begins with a settlement."""
    begins = (now - YEAR).replace(hour=0, minute=0, second=0, microsecond=0)
    while begins < now:
        month = (begins.replace(day=1) + timedelta(days=32)).replace(day=1)
        ends = min(begins + _SPAN, month, now)
        yield begins, ends
        begins = ends
