"""What one level claims of one line before ceiling and caps: rate, tiers, campaigns."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.model.plan.order import Document, Line, Person, State, base, minor, order_base
from tests.model.plan.people import moment
from tests.model.plan.selectors import Entry, matches, rank


class Tie(Exception):
    """Two rules that both match and are equal in every row; such a plan is never published."""


def first(entries: list[Entry], line: Line) -> Entry | None:
    """The most specific of these."""
    ordered = sorted(entries, key=lambda entry: rank(entry, line), reverse=True)
    if len(ordered) > 1 and rank(ordered[0], line) == rank(ordered[1], line):
        raise Tie(ordered[:2])
    return ordered[0] if ordered else None


def winner(
    document: Document, state: State, facts: dict[str, Any], line: Line, level: int, person: Person
) -> Entry | None:
    """The one rate that pays."""
    of_level = [entry for entry in document["rates"] if entry["level"] == level]
    return first([entry for entry in of_level if matches(entry, document, state, facts, line, person)], line)


def campaigns(
    document: Document, state: State, facts: dict[str, Any], line: Line, level: int, person: Person
) -> list[Entry]:
    """The campaigns that apply, the most specific first."""
    placed_at = moment(state["placed_at"])
    matching = [
        entry
        for entry in document.get("campaigns", [])
        if level in entry.get("levels", [1, 2, 3])
        and moment(entry["from"]) <= placed_at < moment(entry["to"])
        and matches(entry, document, state, facts, line, person)
    ]
    if not matching:
        return []
    highest = max(rank(entry, line) for entry in matching)
    decisive = [entry for entry in matching if rank(entry, line) == highest]
    if not all(entry.get("stacks", False) for entry in decisive):
        if len(decisive) > 1:
            raise Tie(decisive)
        return decisive
    return [entry for entry in matching if entry.get("stacks", False)]


def claim(
    document: Document, state: State, line: Line, person: Person, rate: Entry, applying: list[Entry]
) -> tuple[Fraction, str | None]:
    """The amount, and the reason where a fixed amount is of another currency."""
    override = first([entry for entry in applying if "multiplier_bps" not in entry], line)
    amount, reason = value(document, state, line, person, override or rate)
    for entry in applying:
        if "multiplier_bps" in entry:
            amount = amount * Fraction(entry["multiplier_bps"], 10_000)
    return amount, reason


def value(
    document: Document, state: State, line: Line, person: Person, entry: Entry
) -> tuple[Fraction, str | None]:
    """What a rate or an override alone is worth on the line."""
    if "fixed" in entry:
        if entry["currency"] != state["currency"]:
            return Fraction(0), "other_currency"
        return minor(entry["fixed"], entry["currency"]) * line["quantity"], None
    bps = Fraction(entry["bps"]) if "bps" in entry else tier_bps(document, state, person, entry["tiers"])
    return base(document, state, line) * bps / 10_000, None


def tier_bps(document: Document, state: State, person: Person, tiers: dict[str, Any]) -> Fraction:
    """The rate that the person's sales have earned them for this order."""
    steps = [(minor(step["from"], tiers["currency"]), Fraction(step["bps"])) for step in tiers["steps"]]
    if tiers["currency"] != state["currency"]:
        return steps[0][1]
    sales = Fraction(person["sales"].get(f"{tiers['by']}/{tiers['period']}", 0))
    reached = [bps for begin, bps in steps if begin <= sales][-1]
    size = order_base(document, state)
    if tiers["mode"] == "whole" or size == 0:
        return reached
    sum_of_parts = Fraction(0)
    for number, (begin, bps) in enumerate(steps):
        end = steps[number + 1][0] if number + 1 < len(steps) else sales + size
        overlap = min(end, sales + size) - max(begin, sales)
        sum_of_parts += max(Fraction(0), overlap) * bps
    return sum_of_parts / size
