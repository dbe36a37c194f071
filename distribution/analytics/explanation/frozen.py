"""What an explanation is recomputed from: rows that are never changed, and the order's last state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.facts import Facts
from distribution.orders.snapshot import OrderSnapshot


@dataclass(frozen=True, slots=True)
class ExplainedShare:
    """A recorded share; `snapshot_number` is that of the state in which its line was first seen under these terms."""

    number: int
    snapshot_number: int
    line_id: str
    level: int
    distributor_id: UUID
    base: str
    rate_numerator: int
    rate_denominator: int
    claimed_minor: int
    most_minor: int | None
    rule: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FrozenOrder:
    """An order under the terms that hold; `snapshots` by number, from the one that froze the terms to the newest."""

    plan: CompiledPlan
    terms_number: int
    facts: Facts
    snapshots: Mapping[int, OrderSnapshot]
    shares: Sequence[ExplainedShare]

    @property
    def newest(self) -> OrderSnapshot:
        """The order as it is now."""
        return self.snapshots[max(self.snapshots)]

    def first_seen(self, line_id: str) -> OrderSnapshot:
        """The state in which a line was first seen under these terms; its shares were frozen then."""
        return next(
            snapshot
            for _, snapshot in sorted(self.snapshots.items())
            if any(line.id == line_id for line in snapshot.lines)
        )
