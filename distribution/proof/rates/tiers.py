"""The rate of a tier."""

from __future__ import annotations

from fractions import Fraction

from distribution.proof.rates.amounts import Amounts
from distribution.proof.rates.book import Document, amount
from distribution.proof.rates.people import Person


def tier(tiers: Document, person: Person, currency: str, amounts: Amounts) -> Fraction:
    """Basis points for somebody with these sales and an order of this base."""
    steps = [
        (amount(step["from"], tiers["currency"]).minor, Fraction(step["bps"])) for step in tiers["steps"]
    ]
    if tiers["currency"] != currency:
        return steps[0][1]
    sales, base = person.sales(tiers["by"], tiers["period"]), amounts.paying
    if tiers["mode"] == "whole" or base == 0:
        return next((bps for start, bps in reversed(steps) if start <= sales), steps[0][1])
    earned = Fraction(0)
    for place, (start, bps) in enumerate(steps):
        lower = max(start, Fraction(sales)) if place else Fraction(sales)
        upper = sales + base
        if place + 1 < len(steps):
            upper = min(upper, steps[place + 1][0])
        earned += max(Fraction(0), upper - lower) * bps
    return earned / base
