"""Which rate of a level decides for a line, and every other one of that level with why it does not."""

from __future__ import annotations

from typing import NamedTuple

from distribution.analytics.explanation.lost import LESS_SPECIFIC, Lost, Sold, decided_by, mismatch
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.plan.rules import Rate


class RateOutcome(NamedTuple):
    """`lost` begins with those that match, the most specific first; then come the others as the document has them."""

    won: Rate | None
    lost: tuple[Lost[Rate], ...]


def rate_outcome(plan: CompiledPlan, level: int, sold: Sold, *, thorough: bool = True) -> RateOutcome:
    """What the rates of a level come to; only a `thorough` look says of every other one why it does not fit."""
    matching = list(plan.rates[level - 1].matching(sold.line, sold.stage, sold.who, sold.sale))
    won = matching[0] if matching else None
    lost = [
        Lost(rate, LESS_SPECIFIC, decided_by(matching[0].selector, rate.selector, sold.line))
        for rate in matching[1:]
    ]
    matched = {rate.index for rate in matching}
    for rate in plan.plan.rates if thorough else ():
        if rate.level == level and rate.index not in matched:
            reason = mismatch(rate.selector, sold)
            assert reason is not None, "what does not match has a reason"
            lost.append(Lost(rate, reason))
    return RateOutcome(won, tuple(lost))
