"""The caps on what a distributor earns in a period, each on what the shorter ones left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from distribution.proof.periods.books import caps_of
from distribution.proof.periods.span import Span
from distribution.proof.rates.book import amount

Parts = Mapping[tuple[date, int], int]
"""Amounts by the day of the period and by plan version."""


def capped(parts: Parts, documents: Mapping[int, Mapping[str, Any]], span: Span, currency: str) -> int:
    """What is left in the end: versions of a plan come one after the other, a later one has what the earlier left."""
    amounts: dict[tuple[date, int], Fraction] = {key: Fraction(minor) for key, minor in parts.items()}
    for kind in span.decided:
        sums: dict[tuple[date, int], Fraction] = defaultdict(Fraction)
        for (day, number), minor in amounts.items():
            sums[span.first_of(kind, day), number] += minor
        amounts = {}
        for first, number in sorted(sums):
            before = sum((minor for (at, _), minor in amounts.items() if at == first), Fraction(0))
            minor = sums[first, number]
            for text in caps_of(documents[number], kind, currency):
                minor = min(minor, max(Fraction(0), amount(text, currency).minor - before))
            amounts[first, number] = minor
    return int(sum(amounts.values(), Fraction(0)))
