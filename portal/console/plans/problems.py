"""What is wrong with a draft: every error with its path, in the words of whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.plan_text import NotJson, read
from distribution.commission import publish
from distribution.commission.plan.document import (
    MOST_CAMPAIGNS,
    MOST_CAPS,
    MOST_NAMED,
    MOST_RATES,
    MOST_RECEIPT_DAYS,
    MOST_STEPS,
)
from distribution.commission.plan.rules import Plan
from distribution.errors import InvalidInput

Pattern = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that breaks a rule; `line` is known only of a text that is no JSON."""

    path: str
    words: str
    line: int | None = None

    @property
    def row(self) -> str:
        """The rule it is in, where that has to be opened to see it."""
        found = re.match(r"(?:rates|campaigns)\[\d+\]", self.path)
        return found[0] if found else ""

    @property
    def anchor(self) -> str:
        """The id of what the form shows of it."""
        return anchor(self.path)


@dataclass(frozen=True, slots=True)
class Problems:
    """All of them, asked for by path."""

    found: tuple[Problem, ...] = ()

    def at(self, path: str) -> list[Problem]:
        """Those of a value, or of anything within it."""
        return [each for each in self.found if _within(each.path, path)]

    def exactly(self, path: str) -> list[Problem]:
        """Those of a value itself."""
        return [each for each in self.found if each.path == path]

    def beside(self, path: str, shown: Iterable[str]) -> list[Problem]:
        """Those of a rule, or with "" of the whole plan, that none of its fields shows.

        In the names of fields `[]` stands for any place of a list, and a name that ends with "!" shows itself alone.
        """
        begin = f"{path}." if path else ""
        return [
            each
            for each in (self.at(path) if path else self.found)
            if not any(_shows(f"{begin}{name}", each.path, begin) for name in shown)
        ]

    def __bool__(self) -> bool:
        return bool(self.found)

    def __len__(self) -> int:
        return len(self.found)


def anchor(path: str) -> str:
    """The id that stands for a path in a page: letters, digits and hyphens."""
    return "at-" + re.sub(r"[^0-9A-Za-z_]+", "-", path).strip("-")


def check(session: Session, document: Any, *, now: datetime) -> tuple[Plan | None, Problems]:
    """The plan a draft means, or what is wrong with it."""
    if isinstance(document, str):
        try:
            document = read(document)
        except NotJson as error:
            words = gettext("This is no JSON document: %(why)s", why=error.message)
            return None, Problems((Problem("plan", words, error.line),))
    try:
        return publish.check(session, document), Problems()
    except InvalidInput as error:
        listed = error.facts.get("errors") or [
            {"field": error.field or "plan", "message": _rest(error.message, error.field)}
        ]
        return None, Problems(
            tuple(Problem(each["field"], words_of(each["field"], each["message"])) for each in listed)
        )


def words_of(path: str, message: str) -> str:
    """What to do about a broken rule, by what the message says and by which value it is about."""
    for pattern, words in _MESSAGES:
        found = pattern.search(message)
        if found is not None:
            return words(found)
    if path.startswith("hold_days_by_grade"):
        return _FIELDS["hold_days"]()
    name = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
    if name in _FIELDS:
        return _FIELDS[name]()
    return gettext("This value is not possible: %(why)s", why=message)


def _rest(message: str, field: str | None) -> str:
    return message.removeprefix(f"{field}: ")


def _within(path: str, whole: str) -> bool:
    return path == whole or (path.startswith(whole) and path[len(whole)] in ".[")


def _shows(field: str, path: str, begin: str) -> bool:
    if field.endswith("!"):
        return path == field[:-1]
    rest = re.sub(r"\[\d+\]", "[]", path[len(begin) :]) if "[]" in field else path[len(begin) :]
    return _within(rest, field[len(begin) :])


def _percent() -> str:
    return gettext("Enter a percentage from 0 to 100 with at most two decimals.")


def _amount() -> str:
    return gettext("Enter an amount like 2.50, with no more decimals than its currency has.")


def _choose() -> str:
    return gettext("Choose one of the offered values.")


_FIELDS: dict[str, Callable[[], str]] = {
    "bps": _percent,
    "ceiling_bps": _percent,
    "least_bps": _percent,
    "multiplier_bps": lambda: gettext("Enter a factor from 0 to 10, like 2 or 1.5."),
    "fixed": _amount,
    "amount": _amount,
    "hold_days": lambda: gettext("Enter a number of days from 0 to 3650."),
    "received_after_days": lambda: gettext(
        "Enter a number of days from 1 to %(most)s.", most=MOST_RECEIPT_DAYS
    ),
    "name": lambda: gettext("Give it a name of at most 100 characters."),
    "currency": lambda: gettext("Enter the code of a currency, like EUR."),
    "level": lambda: gettext("Choose level 1, 2 or 3."),
    "levels": lambda: gettext("Choose at least one level."),
    "priority": lambda: gettext("Enter a number from 0 to 1000."),
    "months": lambda: gettext("Enter a number of months from 1 to 1200."),
    "orders": lambda: gettext("Enter a number of orders from 1 to 100000."),
    "from": _amount,
    "to": lambda: gettext("Enter a date and a time."),
    "steps": lambda: gettext("A tier has 1 to %(most)s steps.", most=MOST_STEPS),
    "rates": lambda: gettext("A plan has 1 to %(most)s rates.", most=MOST_RATES),
    "campaigns": lambda: gettext("A plan has at most %(most)s campaigns.", most=MOST_CAMPAIGNS),
    "caps": lambda: gettext("A plan has at most %(most)s caps.", most=MOST_CAPS),
    **dict.fromkeys(
        (
            "variant",
            "product",
            "collection",
            "category",
            "distributor",
            "group",
            "grade",
            "channel",
            "grades",
        ),
        lambda: gettext("Name 1 to %(most)s of them.", most=MOST_NAMED),
    ),
    **dict.fromkeys(
        (
            "base",
            "discounts",
            "shipping",
            "gift_cards",
            "self_purchase",
            "unqualified",
            "stage",
            "customer",
            "per",
            "period",
            "by",
            "mode",
        ),
        _choose,
    ),
}


def place(path: str) -> str:
    """ "rates[3]" as people count: "rate 4"."""
    found = re.fullmatch(r"(rates|campaigns|caps)\[(\d+)\]", path)
    if found is None:
        return path
    number = int(found[2]) + 1
    match found[1]:
        case "rates":
            return gettext("rate %(number)s", number=number)
        case "campaigns":
            return gettext("campaign %(number)s", number=number)
    return gettext("cap %(number)s", number=number)


def _kind(name: str) -> str:
    kinds: dict[str, Callable[[], str]] = {
        "variant": lambda: gettext("variant"),
        "product": lambda: gettext("product"),
        "collection": lambda: gettext("collection"),
        "category": lambda: gettext("category"),
        "distributor": lambda: gettext("distributor"),
        "group": lambda: gettext("group"),
        "grade": lambda: gettext("grade"),
        "channel": lambda: gettext("channel"),
    }
    return kinds[name]() if name in kinds else name


def _says(text: str, words: Callable[[re.Match[str]], str]) -> Pattern:
    return re.compile(text), words


_MESSAGES: tuple[Pattern, ...] = (
    _says(
        r"^may match the same as (\S+) of level \d",
        lambda found: gettext(
            "May match the same as %(other)s, and nothing decides between them. Narrow one of them or give them "
            "different priorities.",
            other=place(found[1]),
        ),
    ),
    _says(
        r"^may apply to the same as (\S+) at the same time",
        lambda found: gettext(
            "May apply to the same as %(other)s at the same time, and nothing decides between them. Narrow one of "
            "them, let both stack or give them different priorities.",
            other=place(found[1]),
        ),
    ),
    _says(r"^is not part of a plan", lambda _: gettext("A plan has no such field.")),
    _says(
        r"^needs exactly one of multiplier",
        lambda _: gettext("Say exactly one: a factor, a percentage, or a fixed amount with its currency."),
    ),
    _says(
        r"^needs exactly one of bps",
        lambda _: gettext("Say exactly one: a percentage, a fixed amount with its currency, or tiers."),
    ),
    _says(r"^belongs to a fixed amount", lambda _: gettext("A currency belongs to a fixed amount only.")),
    _says(r"^is required with fixed", lambda _: gettext("Say the currency of the fixed amount.")),
    _says(r"^the first step begins at 0", lambda _: gettext("The first step begins at 0.")),
    _says(
        r"^must be more than that of the step before",
        lambda _: gettext("Each step begins at more than the one before."),
    ),
    _says(
        r"^cannot stand beside (\w+)",
        lambda found: gettext("Cannot stand beside %(other)s: choose one of the two.", other=_kind(found[1])),
    ),
    _says(r"^'(.*)' occurs twice", lambda found: gettext("“%(what)s” is named twice.", what=found[1])),
    _says(r"is no distributor's id", lambda _: gettext("That is no distributor.")),
    _says(r"^must be later than from", lambda _: gettext("The end must be later than the beginning.")),
    _says(r"^a level occurs twice", lambda _: gettext("A level is named twice.")),
    _says(
        r"^is required per distributor",
        lambda _: gettext("Choose a period for a cap of each distributor, and for no other cap."),
    ),
    _says(
        r"^(\S+) is for the same already",
        lambda found: gettext("For the same there is %(other)s already.", other=place(found[1])),
    ),
    _says(r"^level \d has a condition", lambda _: gettext("This level has a condition already.")),
    _says(r"^needs grades, own_sales", lambda _: gettext("Name grades, own sales or both.")),
    _says(r"^needs months, orders", lambda _: gettext("Say months, orders or both.")),
    _says(r"ISO 8601", lambda _: gettext("Enter a date and a time.")),
    _says(
        r"^unknown (\w+) (['\"])(.*)\2",
        lambda found: gettext("There is no %(kind)s “%(name)s”.", kind=_kind(found[1]), name=found[3]),
    ),
)
