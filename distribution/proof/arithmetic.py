"""The arithmetic once more, straight from its table in the design, in fractions and without a thought for speed.

It shares nothing with the code that records: that is its worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

State = Mapping[str, Any]


def worth(state: State, line_id: str, base: str, rate: Fraction) -> int:
    """floor(base × fulfilled ÷ quantity × kept × rate) of one share, 0 unless the order is paid."""
    alive = state["status"] == "open" and state["replacement_of"] is None
    paid = alive and state["collected"] >= state["total"]
    line = next((each for each in state["lines"] if each["id"] == line_id), None)
    if line is None or not paid or not line["quantity"]:
        return 0
    delivered = Fraction(line["fulfilled"], line["quantity"])
    amount: Fraction = line[base] * delivered * kept(state) * rate
    return floor(amount)


def kept(state: State) -> Fraction:
    """min(1, max(0, Σ gross − returned − extra) ÷ delivered); 1 while nothing is delivered."""
    lines = [line for line in state["lines"] if line["quantity"]]
    gross = sum(line["gross"] for line in state["lines"])
    returned = sum(
        (Fraction(line["gross"] * line["returned"], line["quantity"]) for line in lines), Fraction(0)
    )
    delivered = sum(
        (Fraction(line["gross"] * line["fulfilled"], line["quantity"]) for line in lines), Fraction(0)
    )
    extra = max(Fraction(0), state["given_back"] - returned)
    if extra <= sum(line["returned"] for line in lines):
        extra = Fraction(0)
    if delivered == 0:
        return Fraction(1)
    left: Fraction = max(Fraction(0), gross - returned - extra) / delivered
    return min(Fraction(1), left)


def rates(
    plan: Mapping[str, Any], line: Mapping[str, Any], upline: Sequence[object], currency: str, exponent: int
) -> dict[int, Fraction]:
    """The exact rate of each level that has somebody, scaled down together where they pass the ceiling."""
    base = line[plan.get("base", "net")]
    found: dict[int, Fraction] = {}
    for entry in plan["rates"]:
        if entry["level"] > len(upline) or upline[entry["level"] - 1] is None:
            continue
        rate = Fraction(0)
        if not line["gift_card"] and base > 0:
            if "bps" in entry:
                rate = Fraction(entry["bps"], 10_000)
            elif entry["currency"] == currency:
                rate = Fraction(entry["fixed"]) * 10**exponent * line["quantity"] / base
        found[entry["level"]] = rate
    total, ceiling = sum(found.values(), Fraction(0)), Fraction(plan["ceiling_bps"], 10_000)
    if total > ceiling:
        found = {level: rate * ceiling / total for level, rate in found.items()}
    return found
