"""What an explanation is recomputed from: rows that are never changed, and the order's last state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.facts import Facts
from distribution.orders.snapshot import OrderLine, OrderSnapshot


@dataclass(frozen=True, slots=True)
class ExplainedShare:
    """A recorded share; `snapshot_number` is that of the state by which it was frozen."""

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

    def judged(self) -> list[tuple[OrderLine, OrderSnapshot]]:
        """Every line there ever was, in the order in which they came, with the state the rules last looked at.

        That is the one its shares were frozen by. A line without any is asked again with every later state.
        """
        frozen_by = {share.line_id: share.snapshot_number for share in self.shares}
        found: dict[str, tuple[OrderLine, OrderSnapshot]] = {}
        for number, snapshot in sorted(self.snapshots.items()):
            for line in snapshot.lines:
                if line.id not in found or frozen_by.get(line.id, number) == number:
                    found[line.id] = (line, snapshot)
        return list(found.values())
