"""The facts of a recorded order for a draft plan: what its terms keep, and for the rest what held when it was placed.

Facts are never reopened: whether people were active, what they had sold and how often the shopper had bought is taken
from the terms where the order's own plan asked for it. What that plan did not ask for follows from the histories, and
from the orders placed before this one as they are now. What shares claimed before always follows from the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from distribution.commission.counting.months import months_of
from distribution.commission.plan.compiled import Needs
from distribution.commission.plan.rules import Period
from distribution.commission.rating.facts import Facts, Person
from distribution.orders.snapshot import OrderSnapshot
from distribution.simulation.counted import Counted, Credited
from distribution.simulation.histories import Timeline
from distribution.simulation.reading import Recorded

_NOTHING: dict[str, Any] = {}
_MOST_PEOPLE = 100_000


@dataclass(slots=True)
class Known:
    """Everything that facts are found in; `credited_kept` says of a plan version whether its terms keep earlier orders
    of the shopper, `sold` are the sales of whole periods by kind, currency, month and person."""

    grades: Timeline[str | None]
    groups: Timeline[frozenset[str]]
    stages: Timeline[str | None]
    counted: Counted
    credited: Credited
    credited_kept: Callable[[int], bool]
    sold: Mapping[tuple[str, str, date, str], int]


class FactFinder:
    """Finds facts for one draft."""

    def __init__(self, needs: Needs, known: Known) -> None:
        self._needs, self._known = needs, known
        self._people: dict[object, Person] = {}
        self._ids: dict[str, UUID] = {}

    def find(self, order: Recorded, snapshot: OrderSnapshot) -> Facts:
        """What the draft may ask about an order."""
        needs, known, kept = self._needs, self._known, order.people or (None, None, None)
        first, second, third = (
            None if who is None else self._person(who, about or _NOTHING, order)
            for who, about in zip((order.seller, order.second, order.third), kept, strict=True)
        )
        orders, since = self._credited(order) if needs.credited else (0, None)
        stages: Mapping[str, str] = _NOTHING
        if needs.stages:
            products = {line.product_id for line in snapshot.lines if line.product_id is not None}
            found = known.stages.all_at(products, order.placed_at)
            stages = {product: stage for product, stage in found.items() if stage is not None}
        return Facts((first, second, third), bool(order.repeat), orders, since, stages)

    def with_sales(self, facts: Facts, order: Recorded, month: date, counters: Mapping[str, Any]) -> Facts:
        """The same, with the sales of the whole periods that `counters` names, by whose and which."""
        sold = self._known.sold

        def sales_of(who: UUID, by: str, period: Period) -> int:
            months = months_of(month, period)
            return sum(sold.get((by, order.currency, each, str(who)), 0) for each in months)

        first, second, third = (
            person
            and replace(
                person,
                whole={name: sales_of(person.id, by, period) for name, (by, period) in counters.items()},
            )
            for person in facts.people
        )
        return replace(facts, people=(first, second, third))

    def _person(self, who: str, about: Mapping[str, Any], order: Recorded) -> Person:
        needs, known = self._needs, self._known
        active: bool = about.get("active", True)
        grade = known.grades.at(who, order.placed_at) if needs.grade else None
        groups: frozenset[str] = known.groups.at(who, order.placed_at) if needs.groups else frozenset()
        counted = known.counted
        if counted.any:
            key, kept = (order.currency, who), about.get("sales", _NOTHING)
            sales = {
                name: kept[name] if name in kept else sums.amounts.get(key, 0)
                for name, sums in counted.sales.items()
            }
            earned = {name: sums.amounts.get(key, 0) for name, sums in counted.earned.items()}
            return Person(self._id(who), active, grade, groups, sales, earned)
        alike = (who, active, grade, groups)
        person = self._people.get(alike)
        if person is None:
            if len(self._people) >= _MOST_PEOPLE:
                self._people.clear()
            person = self._people[alike] = Person(self._id(who), active, grade, groups)
        return person

    def _id(self, who: str) -> UUID:
        found = self._ids.get(who)
        if found is None:
            found = self._ids[who] = UUID(who)
        return found

    def _credited(self, order: Recorded) -> tuple[int, datetime | None]:
        known = self._known
        if not known.credited_kept(order.plan_number):
            return known.credited.before(order)
        kept = order.credited or _NOTHING
        since = kept.get("since")
        return kept.get("orders", 0), None if since is None else datetime.fromisoformat(since)
