"""The whole year as it will be lived: who, what they sell, which clicks, and a few turns that every merchant meets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from distribution.demo.grades import promote
from distribution.demo.people import Person, invent
from distribution.demo.sales import Click, Sale, Year
from distribution.demo.shapes import ORDER
from distribution.demo.shop.store import NOT_YET, ShopOrder

_DEBTS_SALES = 4
_REASSIGNED = 3


@dataclass(frozen=True, slots=True)
class Reassignment:
    """The merchant gives an order to somebody else."""

    at: datetime
    order_id: str
    to: Person


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that happens up to `now`, and orders of which more is to come."""

    now: datetime
    people: list[Person]
    orders: list[ShopOrder]
    clicks: list[Click]
    reassignments: list[Reassignment]
    debtor: Person


def write_plot(rng: Random, now: datetime) -> Plot:
    """Invent a year that ends at `now`; the same numbers for the same `rng`."""
    people = invent(rng, now)
    promote(people, now)
    debtor = _debtor(people, now)
    year = Year(rng, people, now)
    sales = list(year.sales())
    for number in range(_DEBTS_SALES):
        sales.append(year.scripted("all_back", debtor, _too_late(now - timedelta(hours=5 * number))))
    _damage(sales, now)
    orders = [ShopOrder(sale.shape, sale.part, sale.identity, _state(sale, now)) for sale in sales]
    return Plot(now, people, orders, year.clicks, _reassignments(rng, sales, people, now), debtor)


def _state(sale: Sale, now: datetime) -> int:
    """How far its story has come at `now`."""
    states = sale.shape.states[sale.part]
    passed = [index for index, state in enumerate(states) if sale.identity.times[state.moment] <= now]
    return passed[-1] if passed else NOT_YET


def _debtor(people: list[Person], now: datetime) -> Person:
    """Somebody without a team, who will sell only what comes back after they were paid for it."""
    inviters = {person.sponsor for person in people}
    person = next(
        person
        for person in people[2:]
        if person.key not in inviters
        and not person.turns
        and not person.voucher
        and person.currency == "EUR"
        and person.joined_at < now - timedelta(days=150)
    )
    person.weight = 0.0
    return person


def _too_late(now: datetime) -> tuple[datetime, ...]:
    """Placed and shipped, settled and paid out; weeks later everything comes back."""
    return tuple(now - timedelta(days=days) for days in (130, 128, 45, 43))


def _damage(sales: list[Sale], now: datetime) -> None:
    """The shop's answer for one order of yesterday makes no sense: it waits on the page of inbox errors."""
    recent = now - timedelta(hours=30)
    index = next(
        index for index, sale in enumerate(sales) if sale.identity.times[0] > recent and sale.part == ORDER
    )
    sales[index] = replace(sales[index], identity=replace(sales[index].identity, damaged=True))


def _reassignments(rng: Random, sales: list[Sale], people: list[Person], now: datetime) -> list[Reassignment]:
    """A few orders whose shopper says that somebody else sent them."""
    placed = [
        sale
        for sale in sales
        if sale.shape.kind == "ordinary"
        and sale.identity.referral_code in {people[0].code, people[1].code}
        and now - timedelta(days=60) < sale.identity.times[0] < now - timedelta(days=8)
    ]
    chosen = sorted(
        rng.sample(placed, min(_REASSIGNED, len(placed))), key=lambda sale: sale.identity.times[-1]
    )
    able = [person for person in people[2:] if person.sells_at(now - timedelta(days=90))]
    return [
        Reassignment(sale.identity.times[-1] + timedelta(days=1), sale.identity.id, rng.choice(able))
        for sale in chosen
    ]
