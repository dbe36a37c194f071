"""What a simulation came to, ready to be drawn: every chart with its words and the same figures as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup

from distribution.simulation.result import Compared, CurrencyResult, PersonCost
from portal.charts import scale_for
from portal.console.plans.pictures import pair_bars, share_bar
from portal.console.plans.words import LEVELS
from portal.formatting import money, money_short, number
from portal.i18n import current_locale

CUTS: dict[str, Any] = {
    "ceiling": lazy_gettext("the ceiling of all levels"),
    "margin": lazy_gettext("what the shop keeps at least"),
    "line_cap": lazy_gettext("the cap of a line"),
    "order_cap": lazy_gettext("the cap of an order"),
    "month_cap": lazy_gettext("a distributor's cap of the month"),
    "quarter_cap": lazy_gettext("a distributor's cap of the quarter"),
    "year_cap": lazy_gettext("a distributor's cap of the year"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a list of bars."""

    title: str
    note: str
    draft: str
    recorded: str | None
    picture: Markup


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Whom the draft changes, and by how much."""

    id: str
    name: str
    orders: int
    amount_minor: int
    recorded_minor: int
    difference_minor: int


@dataclass(frozen=True, slots=True)
class Months:
    """The cost by month, as a picture and as figures."""

    picture: Markup
    ticks: list[str]
    first: str
    last: str
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything of one currency."""

    facts: CurrencyResult
    currency: str
    months: Months | None
    levels: list[Bar]
    grades: list[Bar]
    products: list[Bar]
    gains: list[PersonLine]
    losses: list[PersonLine]
    cuts: list[tuple[str, int]]


def outcome(facts: CurrencyResult, names: Mapping[UUID, str]) -> Outcome:
    """The result of one currency in words and pictures."""
    currency = facts["currency"]
    return Outcome(
        facts=facts,
        currency=currency,
        months=_months(facts),
        levels=_levels(facts),
        grades=_bars(
            [
                (
                    each["grade"] or gettext("without a grade"),
                    ngettext("%(num)s person", "%(num)s people", each["distributors"]),
                    each["amount_minor"],
                )
                for each in facts["grades"]
            ],
            currency,
        ),
        products=_products(facts),
        gains=_people(facts["gains"], names),
        losses=_people(facts["losses"], names),
        cuts=[(str(CUTS[each["kind"]]), each["orders"]) for each in facts["cuts"] if each["orders"]],
    )


def _months(facts: CurrencyResult) -> Months | None:
    listed, currency = facts["months"], facts["currency"]
    if not listed:
        return None
    values = [(each["amount_minor"], each["recorded_minor"]) for each in listed]
    scale = scale_for([minor for pair in values for minor in pair])
    titles = [_month(each["month"]) for each in listed]
    notes = [
        gettext(
            "%(month)s: %(draft)s under the draft, %(recorded)s recorded",
            month=title,
            draft=money(draft, currency),
            recorded=money(recorded, currency),
        )
        for title, (draft, recorded) in zip(titles, values, strict=True)
    ]
    return Months(
        picture=pair_bars(values, scale=scale, notes=notes, title=gettext("Commission by month")),
        ticks=[money_short(tick, currency) for tick in scale.ticks],
        first=titles[0],
        last=titles[-1] if len(titles) > 1 else "",
        rows=[
            [
                title,
                money(each["amount_minor"], currency),
                money(each["recorded_minor"], currency),
                money(each["sales_minor"], currency),
                number(each["orders"]),
            ]
            for title, each in zip(titles, listed, strict=True)
        ],
    )


def _month(text: str) -> str:
    year, _, month = text.partition("-")
    pattern = "y年M月" if current_locale().language == "zh" else "MMM y"
    return format_date(date(int(year), int(month), 1), format=pattern, locale=current_locale())


def _levels(facts: CurrencyResult) -> list[Bar]:
    currency = facts["currency"]
    whole = max([1, *(max(each["amount_minor"], each["recorded_minor"]) for each in facts["levels"])])
    return [
        Bar(
            title=str(LEVELS[each["level"]]),
            note=_change(each, currency),
            draft=money(each["amount_minor"], currency),
            recorded=money(each["recorded_minor"], currency),
            picture=share_bar(each["amount_minor"], whole, other=each["recorded_minor"]),
        )
        for each in facts["levels"]
    ]


def _products(facts: CurrencyResult) -> list[Bar]:
    listed = [
        (each["name"] or each["product_id"] or gettext("without a product"), "", each["amount_minor"])
        for each in facts["products"]
    ]
    rest = facts["other_products"]
    if rest is not None:
        listed.append((gettext("all others together"), "", rest["amount_minor"]))
    return _bars(listed, facts["currency"])


def _bars(listed: list[tuple[str, str, int]], currency: str) -> list[Bar]:
    whole = max([1, *(minor for _, _, minor in listed)])
    return [
        Bar(title, note, money(minor, currency), None, share_bar(minor, whole))
        for title, note, minor in listed
    ]


def _change(each: Compared, currency: str) -> str:
    return money(each["amount_minor"] - each["recorded_minor"], currency, sign=True)


def _people(listed: list[PersonCost], names: Mapping[UUID, str]) -> list[PersonLine]:
    return [
        PersonLine(
            id=each["distributor_id"],
            name=names.get(UUID(each["distributor_id"]), each["distributor_id"]),
            orders=each["orders"],
            amount_minor=each["amount_minor"],
            recorded_minor=each["recorded_minor"],
            difference_minor=each["difference_minor"],
        )
        for each in listed
    ]
