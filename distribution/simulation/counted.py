"""Counters of a replay: sales and claims of each period's orders so far, as if each order had just been recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from distribution.commission.counting.months import months_of
from distribution.commission.plan.compiled import Needs
from distribution.commission.plan.rules import PERIODS, Period
from distribution.simulation.reading import Recorded

Key = tuple[str, str]
"""Currency and person."""


class Sums:
    """One kind of amount by period: only that of the present period is kept, since orders come in order."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self._first = date.min
        self.amounts: dict[Key, int] = defaultdict(int)

    def turn_to(self, month: date) -> None:
        """Begin anew when another period begins."""
        first = months_of(month, self.period)[0]
        if first != self._first:
            self._first = first
            self.amounts.clear()

    def add(self, month: date, currency: str, who: str, amount_minor: int) -> None:
        """Count what was before, if it is of the present period."""
        if months_of(month, self.period)[0] == self._first:
            self.amounts[(currency, who)] += amount_minor


class Counted:
    """The sums that a plan asks for, by the names under which facts hold them."""

    def __init__(self, needs: Needs) -> None:
        self.sales = {
            f"{kind}/{period}": Sums(period)
            for kind in ("own", "team")
            for period in PERIODS
            if f"{kind}/{period}" in needs.sales
        }
        self.earned: dict[str, Sums] = {period: Sums(period) for period in PERIODS if period in needs.earned}
        self.any = bool(self.sales or self.earned)

    def turn_to(self, month: date) -> None:
        """Another month has begun."""
        for sums in (*self.sales.values(), *self.earned.values()):
            sums.turn_to(month)

    def begin(self, counted: Iterable[tuple[str, str, date, str, int]]) -> None:
        """Count what the orders before the replay come to."""
        for kind, currency, month, who, amount_minor in counted:
            for name, sums in self.sales.items():
                if name.partition("/")[0] == kind:
                    sums.add(month, currency, who, amount_minor)
            if kind == "earned":
                for sums in self.earned.values():
                    sums.add(month, currency, who, amount_minor)

    def sold(self, order: Recorded) -> None:
        """Count an order for its seller and the team of everybody in its chain."""
        if not order.sales_minor:
            return
        currency = order.currency
        for name, sums in self.sales.items():
            chain = (order.seller,) if name.startswith("own") else (order.seller, order.second, order.third)
            for who in chain:
                if who is not None:
                    sums.amounts[(currency, who)] += order.sales_minor

    def claimed(self, currency: str, who: str, amount_minor: int) -> None:
        """Count what a share claims."""
        for sums in self.earned.values():
            sums.amounts[(currency, who)] += amount_minor

    def to_json(self) -> dict[str, Any]:
        """The claims, which no record holds; sales are counted again from the orders."""
        return {
            name: [[*key, amount] for key, amount in sums.amounts.items()]
            for name, sums in self.earned.items()
        }

    def read_json(self, state: dict[str, Any]) -> None:
        """Go on from what `to_json` gave, of the present month."""
        for name, rows in state.items():
            self.earned[name].amounts.update({(currency, who): amount for currency, who, amount in rows})


class Credited:
    """How many paid orders each shopper placed that are credited to each seller, and since when."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, str], tuple[int, datetime, datetime, int]] = {}

    def begin(self, rows: Iterable[tuple[bytes, str, int, datetime, datetime, int]]) -> None:
        """Count the orders before the replay."""
        for customer, seller, orders, since, last_at, at_last in rows:
            self._known[(bytes(customer), seller)] = (orders, since, last_at, at_last)

    def before(self, order: Recorded) -> tuple[int, datetime | None]:
        """The orders placed before this one; one placed at the same moment is not."""
        known = self._of(order)
        if known is None:
            return 0, None
        orders, since, last_at, at_last = known
        if last_at == order.placed_at:
            orders -= at_last
        return (orders, since) if orders else (0, None)

    def placed(self, order: Recorded) -> None:
        """Count an order for those to come."""
        if not order.paid or order.customer_key is None or order.seller is None:
            return
        orders, since, last_at, at_last = self._of(order) or (0, order.placed_at, order.placed_at, 0)
        at_last = at_last + 1 if last_at == order.placed_at else 1
        self._known[(order.customer_key, order.seller)] = (orders + 1, since, order.placed_at, at_last)

    def _of(self, order: Recorded) -> tuple[int, datetime, datetime, int] | None:
        if order.customer_key is None or order.seller is None:
            return None
        return self._known.get((order.customer_key, order.seller))
