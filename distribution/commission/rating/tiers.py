"""What a tier pays for an order, given the sales so far."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction

from distribution.commission.plan.rules import Tiers


def tier_bps(tiers: Tiers, sales_minor: int, order_minor: Fraction, currency: str) -> Fraction:
    """The basis points of an order of `order_minor`, exact: those of the step reached, or the mean over steps.

    Marginal: Σ (overlap of [S, S + B) with the step) × bps ÷ B. In another currency the first step holds.
    """
    if tiers.currency != currency:
        return Fraction(tiers.steps[0][1])
    starts = [from_minor for from_minor, _ in tiers.steps]
    if tiers.mode == "whole" or not order_minor:
        return Fraction(tiers.steps[max(0, bisect_right(starts, sales_minor) - 1)][1])
    # All in the order's own fractions of a minor unit, so that the numbers are whole.
    unit = order_minor.denominator
    begin, end = sales_minor * unit, sales_minor * unit + order_minor.numerator
    earned = 0
    for position, (from_minor, bps) in enumerate(tiers.steps):
        until = starts[position + 1] * unit if position + 1 < len(starts) else end
        # Sales can be below 0 only while a correction is under way; they count for the first step.
        begins = from_minor * unit if position else min(0, begin)
        earned += max(0, min(end, until) - max(begin, begins)) * bps
    return Fraction(earned, order_minor.numerator)
