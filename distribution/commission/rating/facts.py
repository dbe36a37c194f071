"""What the rules know beside the snapshot: read once when terms are frozen, and kept with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    """The seller or somebody above them, as of the order's placing.

    `sales` by "own/month", "team/quarter" …, `earned` by period, both in minor units of the order's currency; `whole`
    are sales like these, but of periods that are over: in them `whole` tiers are decided once more.
    """

    id: UUID
    active: bool = True
    grade: str | None = None
    groups: frozenset[str] = frozenset()
    sales: Mapping[str, int] = field(default_factory=dict)
    earned: Mapping[str, int] = field(default_factory=dict)
    whole: Mapping[str, int] = field(default_factory=dict)


People = tuple[Person | None, Person | None, Person | None]


@dataclass(frozen=True, slots=True)
class Facts:
    """`people` are the seller and the two above; `repeat` whether the shopper had a paid order before.

    `credited_orders` and `credited_since` count the shopper's earlier paid orders of the same seller; `stages` are
    those of the products sold.
    """

    people: People
    repeat: bool = False
    credited_orders: int = 0
    credited_since: datetime | None = None
    stages: Mapping[str, str] = field(default_factory=dict)


def facts_of(document: Mapping[str, Any], upline: tuple[UUID | None, UUID | None, UUID | None]) -> Facts:
    """The facts kept with terms, whose chain is `upline`; what is not kept has its default."""
    kept = document.get("people") or (None, None, None)
    people = tuple(_person(who, about or {}) for who, about in zip(upline, kept, strict=True))
    credited = document.get("credited") or {}
    since = credited.get("since")
    first, second, third = people
    return Facts(
        people=(first, second, third),
        repeat=bool(document.get("has_earlier_order")),
        credited_orders=credited.get("orders", 0),
        credited_since=None if since is None else datetime.fromisoformat(since),
        stages=document.get("stages") or {},
    )


def _person(who: UUID | None, about: Mapping[str, Any]) -> Person | None:
    if who is None:
        return None
    return Person(
        id=who,
        active=about.get("active", True),
        grade=about.get("grade"),
        groups=frozenset(about.get("groups", ())),
        sales=about.get("sales", {}),
        earned=about.get("earned", {}),
    )
