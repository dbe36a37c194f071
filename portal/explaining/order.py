"""A whole order explained, ready for the merchant's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from distribution.analytics.explanation.order import LineExplanation, OrderExplanation
from portal.explaining.facts import order_facts
from portal.explaining.names import Names
from portal.explaining.people import outcome_words, person_facts, place_words, vacancy_words
from portal.explaining.told import Told, told_to_merchant


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """Somebody of the chain, from the seller up."""

    place: int
    place_words: str
    distributor_id: UUID
    name: str
    earns: bool
    outcome: str
    facts: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line with its three levels."""

    line_id: str
    product: str
    sku: str
    levels: tuple[Told, ...]

    @property
    def amount_minor(self) -> int:
        """What all levels earn of it now."""
        return sum(level.amount_minor for level in self.levels)


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """How the commission travelled, what it followed from, and what each line came to."""

    people: tuple[ToldPerson, ...]
    vacancies: Sequence[str]
    facts: Sequence[tuple[str, str]]
    lines: tuple[ToldLine, ...]


def told_order(explained: OrderExplanation, placed_at: datetime, names: Names) -> ToldOrder:
    """Everything a merchant's page shows of an order's terms."""
    return ToldOrder(
        people=tuple(_people(explained, names)),
        vacancies=vacancy_words(explained.travelled),
        facts=order_facts(explained, placed_at, names),
        lines=tuple(_line(line, explained.currency, names) for line in explained.lines),
    )


def _people(explained: OrderExplanation, names: Names) -> list[ToldPerson]:
    earned: dict[UUID, int] = {}
    for line in explained.lines:
        for level in line.levels:
            if level.position is not None:
                who = level.position.person.id
                earned[who] = earned.get(who, 0) + level.amount_minor
    return [
        ToldPerson(
            place=each.place,
            place_words=place_words(each.place),
            distributor_id=each.person.id,
            name=names.one("distributor", str(each.person.id)),
            earns=each.earns is not None,
            outcome=outcome_words(each, explained.currency),
            facts=person_facts(each.person, explained.currency),
            amount_minor=earned.get(each.person.id, 0),
        )
        for each in explained.travelled.positions
    ]


def _line(line: LineExplanation, currency: str, names: Names) -> ToldLine:
    levels = tuple(
        told_to_merchant(
            line,
            level,
            names.one("distributor", str(level.position.person.id)) if level.position else "",
            currency,
            names,
        )
        for level in line.levels
    )
    return ToldLine(line.line.id, line.product, line.line.sku or "", levels)
