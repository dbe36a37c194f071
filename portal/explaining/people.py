"""How the commission of an order travelled up from its seller, in words for the merchant."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, lazy_gettext

from distribution.analytics.explanation.people import Position, Refusal, Travelled
from distribution.commission.rating.facts import Person
from portal.explaining.names import either, joined, listed
from portal.formatting import money

OWN_SALES = {
    "month": lazy_gettext("own sales of the month"),
    "quarter": lazy_gettext("own sales of the quarter"),
    "year": lazy_gettext("own sales of the year"),
}
TEAM_SALES = {
    "month": lazy_gettext("team sales of the month"),
    "quarter": lazy_gettext("team sales of the quarter"),
    "year": lazy_gettext("team sales of the year"),
}
EARNED = {
    "month": lazy_gettext("claimed in the month"),
    "quarter": lazy_gettext("claimed in the quarter"),
    "year": lazy_gettext("claimed in the year"),
}
PLACES = {
    1: lazy_gettext("Seller"),
    2: lazy_gettext("Sponsor of the seller"),
    3: lazy_gettext("Sponsor of the sponsor"),
}
VACANCIES = {
    "nobody_there": lazy_gettext("nobody stands there"),
    "kept": lazy_gettext("nobody qualified, so the shop keeps it"),
    "past_the_third": lazy_gettext("the last of the three was passed the level below, so the shop keeps it"),
}


def place_words(place: int) -> str:
    """Where somebody stands."""
    return str(PLACES[place])


def outcome_words(position: Position, currency: str) -> str:
    """What somebody earns, or why nothing."""
    if position.earns is None:
        return joined(_refusal(each, position.person, currency) for each in position.refusals)
    if position.passed_up:
        return gettext("Earns level %(level)s, passed up: nobody nearer qualified.", level=position.earns)
    return gettext("Earns level %(level)s.", level=position.earns)


def vacancy_words(travelled: Travelled) -> list[str]:
    """Levels that nobody earns."""
    return [
        gettext("Level %(level)s: %(why)s.", level=level, why=VACANCIES[vacancy])
        for level, vacancy in sorted(travelled.vacancies.items())
    ]


def person_facts(person: Person, currency: str) -> str:
    """What was known of somebody when the terms were frozen; only what the plan asks for is."""
    return gettext(", ").join(_facts(person, currency))


def _facts(person: Person, currency: str) -> Iterator[str]:
    if person.grade is not None:
        yield gettext("grade %(name)s", name=person.grade)
    if person.groups:
        yield gettext("group %(name)s", name=listed(sorted(person.groups)))
    for counter, amount_minor in sorted(person.sales.items()):
        by, _, period = counter.partition("/")
        words = (OWN_SALES if by == "own" else TEAM_SALES)[period]
        yield f"{words} {money(amount_minor, currency)}"
    for period, amount_minor in sorted(person.earned.items()):
        yield f"{EARNED[period]} {money(amount_minor, currency)}"


def _refusal(refusal: Refusal, person: Person, currency: str) -> str:
    condition = refusal.condition
    if refusal.reason == "grade" and condition is not None:
        return gettext(
            "Not level %(level)s: it takes grade %(grades)s, theirs was %(own)s.",
            level=refusal.level,
            grades=either(sorted(condition.grades or ())),
            own=person.grade or gettext("none"),
        )
    if refusal.reason == "own_sales" and condition is not None and condition.period is not None:
        needed = money(condition.own_sales_minor or 0, condition.currency or currency)
        if condition.currency != currency:
            return gettext(
                "Not level %(level)s: it takes %(sales)s of %(needed)s, and this order is in %(currency)s.",
                level=refusal.level,
                sales=OWN_SALES[condition.period],
                needed=needed,
                currency=currency,
            )
        return gettext(
            "Not level %(level)s: it takes %(sales)s of %(needed)s, theirs were %(own)s.",
            level=refusal.level,
            sales=OWN_SALES[condition.period],
            needed=needed,
            own=money(person.sales.get(f"own/{condition.period}", 0), currency),
        )
    return gettext("Not level %(level)s: not active when the order was placed.", level=refusal.level)
