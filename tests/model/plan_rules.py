"""A naive second implementation of commission plans, straight from the rule book, on plain JSON-like values.

`document` is a valid plan, `state` an order in minor units, `people` the seller and the two above; see
`tests/model/plan/generate.py` for examples of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from tests.model.plan.limits import Claims, Key, under_caps, under_ceiling
from tests.model.plan.order import Document, Person, State, total, unpaid_line
from tests.model.plan.people import earners, past_the_limit
from tests.model.plan.rates import campaigns, claim, winner


@dataclass(frozen=True)
class NaiveShare:
    """What one level earns of one line: `claimed` now, at `rate` of the line's total, never above `most`."""

    distributor_id: str
    rate: Fraction
    claimed: int
    most: int | None
    nothing: str | None


def naive_shares(
    document: Document,
    state: State,
    facts: dict[str, Any],
    people: Sequence[Person | None],
    earlier: Sequence[dict[str, Any]] = (),
) -> dict[Key, NaiveShare]:
    """The shares of every line that has none yet."""
    seen = {share["line_id"] for share in earlier}
    levels = earners(document, state, people)
    claims: Claims = {}
    reasons: dict[Key, str | None] = {}
    for line in state["lines"]:
        if line["id"] in seen:
            continue
        for level, person in levels.items():
            rate = winner(document, state, facts, line, level, person)
            if rate is None:
                continue
            applying = campaigns(document, state, facts, line, level, person)
            amount, other_currency = claim(document, state, line, person, rate, applying)
            limit = "customer_limit" if past_the_limit(document, state, facts) else None
            reason = unpaid_line(document, line) or limit or other_currency
            claims[line["id"], level] = Fraction(0) if reason else amount
            reasons[line["id"], level] = reason
    claims = under_ceiling(document, state, claims)
    claims, most = under_caps(document, state, claims, levels, earlier)
    totals = {line["id"]: total(document, line) for line in state["lines"]}
    return {
        (line_id, level): NaiveShare(
            distributor_id=levels[level]["id"],
            rate=amount / totals[line_id] if amount else Fraction(0),
            claimed=floor(amount),
            most=floor(most[line_id, level]) if (line_id, level) in most else None,
            nothing=reasons[line_id, level],
        )
        for (line_id, level), amount in claims.items()
    }


def naive_worth(state: State, line_id: str, base: str, rate: Fraction, most: int | None = None) -> int:
    """What a share of the line is worth in this state of the order: `DESIGN`'s arithmetic, one rounding."""
    line = next((line for line in state["lines"] if line["id"] == line_id), None)
    alive = state.get("status", "open") == "open" and not state.get("replacement_of")
    if line is None or not alive or state.get("collected", 0) < state.get("total", 0):
        return 0
    worth = floor(Fraction(line[base] * line["fulfilled"], line["quantity"]) * kept(state) * rate)
    return worth if most is None else min(worth, most)


def kept(state: State) -> Fraction:
    """The part of what was delivered that the shop kept the money for."""
    lines = state["lines"]
    gross = sum(line["gross"] for line in lines)
    returned = sum(
        (Fraction(line["gross"] * line["returned"], line["quantity"]) for line in lines), Fraction(0)
    )
    delivered = sum(
        (Fraction(line["gross"] * line["fulfilled"], line["quantity"]) for line in lines), Fraction(0)
    )
    extra = max(Fraction(0), state.get("given_back", 0) - returned)
    if extra <= sum(line["returned"] for line in lines):
        extra = Fraction(0)
    if not delivered:
        return Fraction(1)
    return min(Fraction(1), max(Fraction(0), gross - returned - extra) / delivered)
