"""What the model freezes with an order: whose it is, what it knew then, and the shares of each line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID

from tests.model.arithmetic import kept
from tests.model.order import ModelOrder
from tests.model.plan_rules import NaiveShare, naive_shares

Chain = tuple[UUID | None, UUID | None, UUID | None]


@dataclass
class ModelTerms:
    """Frozen: the seller and the two above, the plan, what was known of them; shares by line and level."""

    chain: Chain
    plan: dict[str, Any]
    facts: dict[str, Any]
    people: list[dict[str, Any] | None]
    shares: dict[tuple[str, int], NaiveShare] = field(default_factory=dict)

    def freeze(self, order: ModelOrder) -> None:
        """Give every line that has none its shares."""
        if self.chain[0] is None:
            return
        earlier = [
            {"line_id": sku, "level": level, "distributor_id": each.distributor_id, "claimed": each.claimed}
            for (sku, level), each in self.shares.items()
        ]
        self.shares |= naive_shares(self.plan, state_of(order), self.facts, self.people, earlier)

    def claimed(self, who: UUID) -> int:
        """What somebody's shares came to when frozen."""
        return sum(each.claimed for each in self.shares.values() if each.distributor_id == str(who))


def state_of(order: ModelOrder) -> dict[str, Any]:
    """The order as the rules see it."""
    return {
        "currency": order.currency,
        "channel": "default",
        "placed_at": order.placed_at.isoformat(),
        "lines": [
            {
                "id": sku,
                "quantity": line.quantity,
                "net": line.net_minor,
                "gross": line.gross_minor,
                "gift_card": line.gift_card,
                "product_id": f"product-{sku}",
                "variant_id": f"variant-{sku}",
                "category_ids": ["category"],
                "collection_ids": [],
            }
            for sku, line in order.lines.items()
        ],
    }


def sales(order: ModelOrder) -> int:
    """What an order counts as sales: net prices less what came back, once it is paid."""
    if not is_paid(order):
        return 0
    net = sum(
        Fraction(line.net_minor * (line.quantity - line.returned - line.refunded), line.quantity)
        for line in order.lines.values()
    )
    return floor(net * kept(order, whole=True))


def is_paid(order: ModelOrder) -> bool:
    """Alive and ever paid in full."""
    dead = order.status in ("DRAFT", "UNCONFIRMED", "CANCELED", "EXPIRED") or order.original is not None
    return not dead and order.collected >= order.total


def same_month(one: datetime, other: datetime) -> bool:
    """Whether two moments lie in one calendar month; programs of the machine live in UTC."""
    return (one.year, one.month) == (other.year, other.month)
