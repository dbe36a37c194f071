"""What claims are cut to: a line's ceiling, then the caps, each on what the one before left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from distribution.proof.rates.amounts import Amounts
from distribution.proof.rates.book import PERIODS, Book, amount
from distribution.proof.rates.claims import Claim
from distribution.proof.rates.people import Person


@dataclass(frozen=True, slots=True)
class Earlier:
    """A share of the same terms frozen with an earlier snapshot."""

    line_id: str
    distributor_id: Any
    claimed_minor: int


@dataclass(slots=True)
class Cut:
    """A claim of one level on one line on its way through the ceilings; `most` is the least its caps leave it."""

    line: Mapping[str, Any]
    level: int
    person: Person
    claim: Claim
    minor: Fraction
    nothing: str | None
    most: Fraction | None = None


def under_ceiling(book: Book, amounts: Amounts, line: Mapping[str, Any], cuts: Sequence[Cut]) -> None:
    """Scale the claims on a line to what the plan and its margin guard leave them."""
    most = amounts.counted(line) * book.document["ceiling_bps"] / 10_000
    margin, cost = book.document.get("margin"), line.get("cost")
    if margin is not None and cost is not None:
        kept = line["net"] - cost - Fraction(line["net"] * margin["least_bps"], 10_000)
        most = min(most, max(Fraction(0), kept))
    _scale(cuts, most)


def under_caps(book: Book, cuts: Sequence[Cut], earlier: Sequence[Earlier], currency: str) -> None:
    """Scale the claims of all new lines to the caps in the order's currency: line, order, then person by period."""
    caps = [cap for cap in book.document.get("caps", ()) if cap["currency"] == currency]
    for cap in [each for each in caps if each["per"] == "line"]:
        for line_id in {cut.line["id"] for cut in cuts}:
            _cap([cut for cut in cuts if cut.line["id"] == line_id], _minor(cap))
    for cap in [each for each in caps if each["per"] == "order"]:
        _cap(cuts, _minor(cap) - sum(share.claimed_minor for share in earlier))
    for period in PERIODS:
        for cap in [each for each in caps if each["per"] == "distributor" and each["period"] == period]:
            for who, own in _by_person(cuts):
                before = sum(share.claimed_minor for share in earlier if share.distributor_id == who.id)
                _cap(own, _minor(cap) - who.earned(period) - before)


def _by_person(cuts: Iterable[Cut]) -> list[tuple[Person, list[Cut]]]:
    found: dict[Any, tuple[Person, list[Cut]]] = {}
    for cut in cuts:
        found.setdefault(cut.person.id, (cut.person, []))[1].append(cut)
    return list(found.values())


def _minor(cap: Mapping[str, Any]) -> Fraction:
    return amount(cap["amount"], cap["currency"]).minor


def _cap(cuts: Sequence[Cut], left: Fraction) -> None:
    left = max(Fraction(0), left)
    total = sum((cut.minor for cut in cuts), Fraction(0))
    for cut in cuts:
        # What claims nothing has no such limit.
        if cut.minor:
            most = left * cut.minor / total
            cut.most = most if cut.most is None else min(cut.most, most)
    _scale(cuts, left)


def _scale(cuts: Sequence[Cut], most: Fraction) -> None:
    total = sum((cut.minor for cut in cuts), Fraction(0))
    if total > most:
        for cut in cuts:
            cut.minor *= most / total
