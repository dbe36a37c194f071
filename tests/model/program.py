"""What the program should have recorded of the people, plans and orders it was told of."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID

from tests.model.arithmetic import ceiling_of, worth
from tests.model.frozen import Chain, ModelTerms, is_paid, sales, same_month
from tests.model.order import ModelOrder

BUILT_IN = {
    "base": "net",
    "ceiling_bps": 3_000,
    "hold_days": 14,
    "rates": [{"level": 1, "bps": 1_000}, {"level": 2, "bps": 500}, {"level": 3, "bps": 200}],
}
BINDING_DAYS = 365
Key = tuple[str, int, str, int]
"""Order, number of the terms, line, level: what names a share."""


@dataclass
class Person:
    """A distributor, with what they were since when."""

    id: UUID
    code: str
    voucher: str
    sponsors: list[tuple[datetime, UUID | None]]
    statuses: list[tuple[datetime, str]]


@dataclass
class Seen:
    """The newest state of an order that was recorded."""

    observed_at: datetime
    order: ModelOrder
    terms: list[ModelTerms] = field(default_factory=list)


class ModelProgram:
    """People, plans, bindings, and what was seen of each order."""

    def __init__(self) -> None:
        self.people: dict[UUID, Person] = {}
        self.plans: list[tuple[datetime, dict[str, Any]]] = []
        self.bindings: dict[str, list[tuple[datetime, UUID]]] = {}
        self.orders: dict[str, Seen] = {}

    def see(self, order: ModelOrder, observed_at: datetime) -> None:
        """A snapshot came in; an older one than the newest says nothing."""
        seen = self.orders.get(order.id)
        if seen is not None and observed_at <= seen.observed_at:
            return
        if seen is None:
            seen = self.orders[order.id] = Seen(observed_at, order)
        seen.observed_at, seen.order = observed_at, deepcopy(order)
        if not seen.terms and order.status not in ("DRAFT", "UNCONFIRMED"):
            self._freeze(seen, self._seller(order), self.plan_at(order))
        elif seen.terms:
            seen.terms[-1].freeze(seen.order)

    def reassign(self, order_id: str, seller: UUID | None) -> None:
        """The order changes hands: every share anew, under the plan it had."""
        seen = self.orders[order_id]
        self._freeze(seen, seller, seen.terms[-1].plan, seen.terms[-1].facts["repeat"])

    def accrued(self) -> dict[Key, tuple[UUID, int]]:
        """Every share, whose it is, and what should be recorded for it."""
        found: dict[Key, tuple[UUID, int]] = {}
        for order_id, seen in self.orders.items():
            for number, terms in enumerate(seen.terms, 1):
                for (sku, level), share in terms.shares.items():
                    base = (
                        worth(seen.order, sku, terms.plan["base"]) if terms is seen.terms[-1] else Fraction(0)
                    )
                    amount = floor(base * share.rate)
                    amount = amount if share.most is None else min(amount, share.most)
                    found[order_id, number, sku, level] = UUID(share.distributor_id), amount
        return found

    def most(self) -> dict[tuple[str, str], int]:
        """For each order line the most that all its levels may have accrued: floor(ceiling × worth)."""
        return {
            (order_id, sku): floor(ceiling_of(terms.plan) * worth(seen.order, sku, terms.plan["base"]))
            for order_id, seen in self.orders.items()
            for terms in seen.terms[-1:]
            for sku in {sku for each in seen.terms for sku, _ in each.shares}
        }

    def plan_at(self, order: ModelOrder) -> dict[str, Any]:
        """The newest plan that was in effect when the order was placed."""
        return next((plan for at, plan in reversed(self.plans) if at <= order.placed_at), BUILT_IN)

    def chain(self, seller: UUID | None, at: datetime) -> Chain:
        """The seller and the two above, active or not."""
        second = None if seller is None else _as_of(self.people[seller].sponsors, at)
        return seller, second, None if second is None else _as_of(self.people[second].sponsors, at)

    def _freeze(
        self, seen: Seen, seller: UUID | None, plan: dict[str, Any], repeat: bool | None = None
    ) -> None:
        order, chain = seen.order, self.chain(seller, seen.order.placed_at)
        earlier = self._paid_before(seen)
        credited = [each.order.placed_at for each in earlier if each.terms[-1].chain[0] == seller]
        since = min(credited).isoformat() if credited and order.email is not None else None
        facts = {
            "repeat": bool(earlier) if repeat is None else repeat,
            "credited": {"orders": len(credited), "since": since},
            "stages": {},
        }
        people = [None if who is None else self._person(who, seen) for who in chain]
        seen.terms.append(ModelTerms(chain, plan, facts, people))
        seen.terms[-1].freeze(order)

    def _paid_before(self, seen: Seen) -> list[Seen]:
        """Earlier paid orders of the same shopper."""
        email, placed_at = seen.order.email, seen.order.placed_at
        return [
            other
            for other in self.orders.values()
            if email is not None and other.order.email == email and other.order.placed_at < placed_at
            if other is not seen and other.terms and is_paid(other.order)
        ]

    def _person(self, who: UUID, seen: Seen) -> dict[str, Any]:
        counted = [
            other
            for other in self.orders.values()
            if other is not seen and other.terms and other.order.currency == seen.order.currency
            if same_month(other.order.placed_at, seen.order.placed_at)
        ]
        own = sum(sales(other.order) for other in counted if other.terms[-1].chain[0] == who)
        team = sum(sales(other.order) for other in counted if who in other.terms[-1].chain)
        return {
            "id": str(who),
            "active": self._is_active(who, seen.order.placed_at),
            "grade": None,
            "groups": [],
            "sales": {"own/month": own, "team/month": team},
            "earned": {"month": sum(other.terms[-1].claimed(who) for other in counted)},
        }

    def _is_active(self, who: UUID, at: datetime) -> bool:
        return _as_of(self.people[who].statuses, at) == "active"

    def _seller(self, order: ModelOrder) -> UUID | None:
        if order.original is not None:
            return None
        bound = self._bound(order)
        by_code = {person.code: person.id for person in self.people.values()}
        by_voucher = {person.voucher: person.id for person in self.people.values()}
        if order.voucher in by_voucher:
            seller = by_voucher[order.voucher]
        elif order.code is not None:
            seller = by_code.get(order.code)
        else:
            return bound if bound is not None and self._is_active(bound, order.placed_at) else None
        if seller is None or not self._is_active(seller, order.placed_at):
            return None
        if order.email is not None and bound != seller:
            self.bindings.setdefault(order.email, []).append((order.placed_at, seller))
        return seller

    def _bound(self, order: ModelOrder) -> UUID | None:
        begun = [each for each in self.bindings.get(order.email or "", []) if each[0] <= order.placed_at]
        if not begun:
            return None
        _, (at, who) = max(enumerate(begun), key=lambda each: (each[1][0], each[0]))
        return who if at + timedelta(days=BINDING_DAYS) > order.placed_at else None


def _as_of(history: list[tuple[datetime, Any]], at: datetime) -> Any:
    """What held at a moment; before the beginning, what held first."""
    begun = [value for since, value in history if since <= at]
    return begun[-1] if begun else history[0][1]
