"""What cuts claims: the ceiling of a line with the margin guard, then the caps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tests.model.plan.order import Document, Line, Person, State, base, minor

Key = tuple[str, int]
Claims = dict[Key, Fraction]
PERIODS = ("month", "quarter", "year")


def most_of_line(document: Document, state: State, line: Line) -> Fraction:
    """What all levels of the line together may claim."""
    most = base(document, state, line) * document["ceiling_bps"] / 10_000
    if "margin" in document and line.get("cost") is not None:
        kept = Fraction(line["net"] * document["margin"]["least_bps"], 10_000)
        most = min(most, max(Fraction(0), line["net"] - line["cost"] - kept))
    return most


def under_ceiling(document: Document, state: State, claims: Claims) -> Claims:
    """Each line's claims, scaled down where they pass its ceiling."""
    lines = {line["id"]: line for line in state["lines"]}
    scaled: Claims = {}
    for (line_id, level), claim in claims.items():
        together = sum((other for (line, _), other in claims.items() if line == line_id), Fraction(0))
        most = most_of_line(document, state, lines[line_id])
        scaled[line_id, level] = claim * most / together if together > most else claim
    return scaled


def under_caps(
    document: Document,
    state: State,
    claims: Claims,
    people: dict[int, Person],
    earlier: Sequence[dict[str, Any]],
) -> tuple[Claims, dict[Key, Fraction]]:
    """The claims after all caps of the order's currency, and the most each share may ever be worth."""
    most: dict[Key, Fraction] = {}
    caps = [cap for cap in document.get("caps", []) if cap["currency"] == state["currency"]]
    for kind, period in [("line", None), ("order", None), *(("distributor", period) for period in PERIODS)]:
        for cap in caps:
            if cap["per"] == kind and cap.get("period") == period:
                amount = minor(cap["amount"], cap["currency"])
                claims = _capped(kind, period, amount, claims, people, earlier, most)
    return claims, most


def _capped(
    kind: str,
    period: str | None,
    amount: Fraction,
    claims: Claims,
    people: dict[int, Person],
    earlier: Sequence[dict[str, Any]],
    most: dict[Key, Fraction],
) -> Claims:
    together: dict[Any, list[Key]] = defaultdict(list)
    for line_id, level in claims:
        whose: Any = {"line": line_id, "order": "all", "distributor": level}[kind]
        together[whose].append((line_id, level))
    after: Claims = {}
    for whose, keys in together.items():
        left = amount
        if kind == "order":
            left -= sum(share["claimed"] for share in earlier)
        if kind == "distributor":
            person = people[whose]
            left -= person["earned"].get(period, 0)
            left -= sum(share["claimed"] for share in earlier if share["distributor_id"] == person["id"])
        left = max(Fraction(0), left)
        claimed = sum((claims[key] for key in keys), Fraction(0))
        for key in keys:
            after[key] = claims[key] * left / claimed if claimed > left else claims[key]
            if claimed:
                highest = left * claims[key] / claimed
                most[key] = min(most.get(key, highest), highest)
    return after
