"""The shares a snapshot's new lines get under frozen terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import floor
from typing import Any

from distribution.proof.rates.amounts import Amounts
from distribution.proof.rates.book import Book
from distribution.proof.rates.ceilings import Cut, Earlier, under_caps, under_ceiling
from distribution.proof.rates.claims import claim
from distribution.proof.rates.limit import past_limit
from distribution.proof.rates.matching import where
from distribution.proof.rates.people import earners


@dataclass(frozen=True, slots=True)
class Due:
    """A share as it must be; `rate` of the line's total, `winner` the winning rate's place in the plan."""

    line_id: str
    level: int
    distributor_id: Any
    rate: Fraction
    claimed_minor: int
    most_minor: int | None
    nothing: str | None
    winner: int


def due(
    book: Book,
    state: Mapping[str, Any],
    facts: Mapping[str, Any],
    chain: Sequence[Any],
    earlier: Sequence[Earlier] = (),
) -> list[Due]:
    """One share for each new line, and each level with a rate and a person; `chain` is the seller and the two above.

    A line is new that none of the `earlier` shares is of.
    """
    placed_at = datetime.fromisoformat(state["placed_at"])
    amounts, people = Amounts(book, state), earners(book, chain, facts, state["currency"])
    limited = "customer_limit" if past_limit(book.document, facts, placed_at) else None
    seen = {share.line_id for share in earlier}
    cuts: list[Cut] = []
    for line in state["lines"]:
        if line["id"] in seen:
            continue
        of_line = []
        for level, person in people.items():
            at = where(line, person, state=state, facts=facts, goods=amounts.goods)
            found = claim(book, level, line, person, at, amounts=amounts, placed_at=placed_at)
            if found is not None:
                nothing = amounts.nothing(line) or limited or found.nothing
                of_line.append(
                    Cut(line, level, person, found, Fraction(0) if nothing else found.minor, nothing)
                )
        under_ceiling(book, amounts, line, of_line)
        cuts += of_line
    under_caps(book, cuts, earlier, state["currency"])
    return [_due(cut, amounts) for cut in cuts]


def _due(cut: Cut, amounts: Amounts) -> Due:
    return Due(
        line_id=cut.line["id"],
        level=cut.level,
        distributor_id=cut.person.id,
        rate=Fraction(0) if cut.nothing else cut.minor / amounts.total(cut.line),
        claimed_minor=floor(cut.minor),
        most_minor=None if cut.most is None else floor(cut.most),
        nothing=cut.nothing,
        winner=cut.claim.rate.index,
    )
