"""The arithmetic once more, straight from its table in the design, in fractions and without a thought for speed.

It shares nothing with the code that records: that is its worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

State = Mapping[str, Any]


def paid(state: State) -> bool:
    """Whether the order is alive and was ever paid in full."""
    alive = state["status"] == "open" and state["replacement_of"] is None
    return bool(alive and state["collected"] >= state["total"])


def worth(
    state: State,
    line_id: str,
    base: str,
    rate: Fraction,
    most_minor: int | None = None,
    *,
    factor: Fraction | None = None,
) -> int:
    """floor(base × fulfilled ÷ quantity × kept × rate) of one share, at most its most; 0 unless the order is paid.

    Who asks for many shares of a state says `kept(state)` as the `factor`.
    """
    line = next((each for each in state["lines"] if each["id"] == line_id), None)
    if line is None or not paid(state) or not line["quantity"]:
        return 0
    delivered = Fraction(line["fulfilled"], line["quantity"])
    amount: Fraction = line[base] * delivered * (kept(state) if factor is None else factor) * rate
    return floor(amount) if most_minor is None else min(floor(amount), most_minor)


def sales(state: State) -> int:
    """What the order counts as sales: the net of what did not come back, as if all were delivered; 0 unless paid."""
    if not paid(state):
        return 0
    lines = [line for line in state["lines"] if line["quantity"]]
    net = sum(
        (Fraction(line["net"] * (line["quantity"] - line["returned"]), line["quantity"]) for line in lines),
        Fraction(0),
    )
    whole = [{**line, "fulfilled": line["quantity"] - line["returned"]} for line in state["lines"]]
    return floor(net * kept({**state, "lines": whole}))


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
