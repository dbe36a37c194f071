"""When commission matures, given when it would have and what stands decided about its order and its earner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

HELD_AT = datetime(9999, 1, 1, tzinfo=UTC)
"""The maturity of what is held until somebody releases it: a day that never comes."""

HOLD, UNTIL, BY, RELEASE = DECISIONS = ("hold", "until", "by", "release")
DATED = (UNTIL, BY)


class Standing(NamedTuple):
    """The newest decision on an order or a distributor, other than a release."""

    decision: str
    moment: datetime | None = None


def matures_at(original_at: datetime, standing: Iterable[Standing]) -> datetime:
    """What is held never matures; else the latest day until which it is held; else the earliest by which it matures.

    Whoever holds wins over whoever brings forward: an order cannot be let go past a hold on its earner.
    """
    until, by = original_at, original_at
    is_until = False
    for decision, moment in standing:
        if moment is None:
            return HELD_AT
        if decision == UNTIL:
            is_until, until = True, max(until, moment)
        else:
            by = min(by, moment)
    return until if is_until else by


@dataclass(frozen=True, slots=True)
class Reviews:
    """What stands about the orders and people at hand."""

    orders: Mapping[int, Standing] = field(default_factory=dict)
    people: Mapping[UUID, Standing] = field(default_factory=dict)

    def matures_at(self, original_at: datetime, order_id: int | None, distributor_id: UUID) -> datetime:
        """When a line of an order, or with None of a whole period, matures."""
        if not self.orders and not self.people:
            return original_at
        found = (None if order_id is None else self.orders.get(order_id), self.people.get(distributor_id))
        return matures_at(original_at, (each for each in found if each is not None))

    def concern(self, order_id: int) -> bool:
        """Whether anything stands that may bear on an order."""
        return bool(self.people) or order_id in self.orders


NONE = Reviews()
