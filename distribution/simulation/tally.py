"""Adds up what a replay comes to, in one currency; goes into JSON and back so that a run can be interrupted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Sums = dict[str, list[int]]


class Tally:
    """Sums by level, person, grade, product and month.

    Rows are lists of whole numbers, whose names the methods give; JSON knows neither tuples nor keys but texts.
    """

    def __init__(self) -> None:
        self.orders = self.attributed_orders = self.sales_minor = self.attributed_sales_minor = 0
        self.paid_potential_minor = 0
        self.levels: Sums = {}
        """amount, potential, recorded"""
        self.people: Sums = {}
        """orders, amount, potential, recorded"""
        self.grades: Sums = {}
        """amount, potential; the key of having none is empty"""
        self.graded: dict[str, dict[str, int]] = {}
        """who earned in a grade"""
        self.products: Sums = {}
        """amount, potential; the key of lines that name none is empty"""
        self.names: dict[str, str] = {}
        """of products"""
        self.months: Sums = {}
        """orders, sales, amount, potential, recorded"""
        self.cuts: dict[str, int] = {}
        self.margin = [0, 0, 0]
        """sales, cost, commission"""
        self.periods: dict[str, Sums] = {}
        """by month and person: amount and potential as the whole period decides, and as the orders found them"""

    def order(self, month: str, sales_minor: int, *, attributed: bool) -> None:
        """Count an order."""
        self.orders += 1
        self.sales_minor += sales_minor
        if attributed:
            self.attributed_orders += 1
            self.attributed_sales_minor += sales_minor
        row = _row(self.months, month, 5)
        row[0] += 1
        row[1] += sales_minor

    def earned(
        self, month: str, level: str, who: str, grade: str, amount_minor: int, potential_minor: int
    ) -> None:
        """What somebody earns at a level of one order."""
        row = _row(self.levels, level, 3)
        row[0] += amount_minor
        row[1] += potential_minor
        row = _row(self.people, who, 4)
        row[0] += 1
        row[1] += amount_minor
        row[2] += potential_minor
        row = _row(self.grades, grade, 2)
        row[0] += amount_minor
        row[1] += potential_minor
        self.graded.setdefault(grade, {})[who] = 1
        row = _row(self.months, month, 5)
        row[2] += amount_minor
        row[3] += potential_minor

    def product(self, product: str, name: str, amount_minor: int, potential_minor: int) -> None:
        """What one line pays."""
        row = self.products.get(product)
        if row is None:
            row = self.products[product] = [0, 0]
            self.names[product] = name if product else ""
        row[0] += amount_minor
        row[1] += potential_minor

    def cut(self, kinds: Iterable[str]) -> None:
        """An order in which these cut something."""
        for kind in kinds:
            self.cuts[kind] = self.cuts.get(kind, 0) + 1

    def costed(self, sales_minor: int, cost_minor: int, commission_minor: int) -> None:
        """A paid line whose cost is known."""
        self.margin[0] += sales_minor
        self.margin[1] += cost_minor
        self.margin[2] += commission_minor

    def decided(self, month: str, who: str, whole: Sequence[int], found: Sequence[int]) -> None:
        """What an order in a period that is over comes to, decided as a whole and as it was found."""
        row = _row(self.periods.setdefault(month, {}), who, 4)
        for place, amount_minor in enumerate((*whole, *found)):
            row[place] += amount_minor

    def recorded(self, month: str, level: str, who: str, amount_minor: int) -> None:
        """What is recorded for somebody at a level."""
        _row(self.levels, level, 3)[2] += amount_minor
        _row(self.people, who, 4)[3] += amount_minor
        _row(self.months, month, 5)[4] += amount_minor

    def adjusted(
        self,
        month: str,
        who: str,
        *,
        amount_minor: int = 0,
        potential_minor: int = 0,
        recorded_minor: int = 0,
    ) -> None:
        """What a period changes for somebody, or what is recorded that one changed."""
        row = _row(self.people, who, 4)
        row[1] += amount_minor
        row[2] += potential_minor
        row[3] += recorded_minor
        row = _row(self.months, month, 5)
        row[2] += amount_minor
        row[3] += potential_minor
        row[4] += recorded_minor

    def to_json(self) -> dict[str, Any]:
        """Everything, as `read_json` takes it."""
        return vars(self)

    @classmethod
    def read_json(cls, state: Mapping[str, Any]) -> Tally:
        """A tally that goes on."""
        tally = cls()
        vars(tally).update(state)
        return tally


def _row(sums: Sums, key: str, width: int) -> list[int]:
    row = sums.get(key)
    if row is None:
        row = sums[key] = [0] * width
    return row
