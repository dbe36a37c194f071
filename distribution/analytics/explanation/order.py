"""A whole order explained: the facts, how its commission travelled, and every level of every line."""

from __future__ import annotations

from dataclasses import dataclass

from distribution.analytics.explanation.frozen import FrozenOrder
from distribution.analytics.explanation.level import LevelExplanation, explain_level
from distribution.analytics.explanation.people import Travelled, travelled
from distribution.commission.plan.built_in import LEVELS
from distribution.commission.rating.facts import Facts
from distribution.orders.snapshot import OrderLine


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """One line as the rules last looked at it, with what it pays each level."""

    line: OrderLine
    stage: str | None
    levels: tuple[LevelExplanation, ...]

    @property
    def product(self) -> str:
        """What people call it."""
        return self.line.name or self.line.sku or self.line.id


@dataclass(frozen=True, slots=True)
class OrderExplanation:
    """Everything the frozen terms say of an order."""

    currency: str
    plan_number: int
    plan_name: str
    facts: Facts
    travelled: Travelled
    lines: tuple[LineExplanation, ...]

    def level(self, share_number: int) -> LevelExplanation | None:
        """The explanation of a share."""
        return next(
            (each for line in self.lines for each in line.levels if each.share_number == share_number), None
        )


MOST_THOROUGH = 20
"""Of how many lines every rule is looked at: thousands of rules for hundreds of lines would take seconds."""


def explain_order(frozen: FrozenOrder, line_id: str | None = None) -> OrderExplanation:
    """Every line that was ever part of the order under these terms, in the order in which they came.

    Why rules do not fit is told of the first lines, or of the one that is asked for.
    """
    plan, newest = frozen.plan.plan, frozen.newest
    path = travelled(plan, frozen.facts.people, newest.currency)
    return OrderExplanation(
        currency=newest.currency,
        plan_number=plan.number,
        plan_name=plan.name,
        facts=frozen.facts,
        travelled=path,
        lines=tuple(
            LineExplanation(
                line,
                frozen.facts.stages.get(line.product_id or ""),
                tuple(
                    explain_level(
                        frozen,
                        line,
                        snapshot,
                        level,
                        path.earner(level),
                        path.vacancies.get(level),
                        thorough=place < MOST_THOROUGH if line_id is None else line.id == line_id,
                    )
                    for level in range(1, LEVELS + 1)
                ),
            )
            for place, (line, snapshot) in enumerate(frozen.judged())
        ),
    )
