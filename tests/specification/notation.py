"""Reads the compact notation of the tables (README.md) into plain plan documents and orders."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.model.plan.generate_orders import Case
from tests.model.plan.order import Document, State, minor

SAM, ANN, TOM = (str(UUID(int=number)) for number in (1, 2, 3))
PEOPLE = {"Sam": SAM, "Ann": ANN, "Tom": TOM}
SHOP = {
    "shirt": (["t-shirts", "clothing"], ["summer"], "shirt-m"),
    "phone": (["phones", "electronics"], ["new"], "phone-64"),
    "charger": (["accessories", "phones", "electronics"], ["new", "summer"], "charger-usb"),
    "mug": (["kitchen"], [], "mug-red"),
    "sticker": ([], [], "sticker-one"),
}
LISTS = ("variant", "product", "collection", "category", "distributor", "group", "grade", "channel")


def parts(text: str) -> list[str]:
    """What is separated by semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]


def bps(percent: str) -> int:
    """12.5% is 1250."""
    return int(minor(percent.removesuffix("%"), "USD"))


def instant(text: str) -> str:
    """A date is its first moment in UTC."""
    return text if "T" in text else f"{text}T00:00:00+00:00"


def plan(text: str) -> Document:
    """The document."""
    document: Document = {"name": "Specified", "ceiling_bps": 10_000, "hold_days": 14, "rates": []}
    for part in parts(text):
        word, *words = part.split()
        if word.isdigit():
            document["rates"].append({"level": int(word), **_effect(words), **_selectors(words)})
        elif word == "campaign":
            document.setdefault("campaigns", []).append(_campaign(words))
        elif word == "cap":
            period = {"period": words[1]} if words[0] == "distributor" else {}
            cap = {"per": words[0], **period, "amount": words[-2], "currency": words[-1]}
            document.setdefault("caps", []).append(cap)
        elif word in ("keep", "compress"):
            document.setdefault("uplines", {})["unqualified"] = word
        elif word == "level":
            document.setdefault("uplines", {}).setdefault("conditions", []).append(_condition(words))
        elif word == "limit":
            document["customer_limit"] = {name: int(value) for name, value in _pairs(words)}
        else:
            name, value = word.split("=")
            if name == "ceiling":
                document["ceiling_bps"] = bps(value)
            elif name == "hold":
                document |= _holds(value)
            elif name == "margin":
                document["margin"] = {"least_bps": bps(value)}
            else:
                document[name] = value
    return {name: value for name, value in document.items() if value != {}}


def _holds(text: str) -> dict[str, Any]:
    everybody, *grades = text.split(",")
    return {
        "hold_days": int(everybody),
        "hold_days_by_grade": {grade: int(days) for grade, days in (each.split(":") for each in grades)},
    }


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (word.partition("=") for word in words) if value]


def _effect(words: list[str]) -> dict[str, Any]:
    if words[0] == "tiers":
        by, period, mode, currency, *steps = (word for word in words[1:] if "=" not in word)
        split = [step.split(":") for step in steps]
        listed = [{"from": begin, "bps": bps(rate)} for begin, rate in split]
        return {"tiers": {"by": by, "period": period, "mode": mode, "currency": currency, "steps": listed}}
    if words[0].endswith("%"):
        return {"bps": bps(words[0])}
    if words[0].startswith("x"):
        return {"multiplier_bps": int(minor(words[0][1:], "CLF"))}
    return {"fixed": words[0], "currency": words[1]}


def _selectors(words: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in _pairs(words):
        if name == "order_from":
            amount, currency = value.split(":")
            found[name] = {"amount": amount, "currency": currency}
        elif name == "priority":
            found[name] = int(value)
        elif name in LISTS:
            values = [PEOPLE.get(one, one) for one in value.split(",")]
            found[name] = values if len(values) > 1 else values[0]
        elif name != "levels":
            found[name] = value
    return found


def _campaign(words: list[str]) -> dict[str, Any]:
    begin, end = "2026-12-01", "2026-12-08"
    if ".." in words[0]:
        begin, end = words.pop(0).split("..")
    campaign = {"name": "Campaign", "from": instant(begin), "to": instant(end)}
    campaign |= _effect(words) | _selectors(words)
    for name, value in _pairs(words):
        if name == "levels":
            campaign["levels"] = [int(level) for level in value.split(",")]
    if "stacks" in words:
        campaign["stacks"] = True
    return campaign


def _condition(words: list[str]) -> dict[str, Any]:
    condition: dict[str, Any] = {"level": int(words[0])}
    for name, value in _pairs(words):
        if name == "grades":
            condition["grades"] = value.split(",")
        else:
            amount, currency, period = re.split("[:/]", value)
            condition[name] = {"amount": amount, "currency": currency, "period": period}
    return condition


def case(plan_text: str, order_text: str) -> Case:
    """A plan with an order, its shopper and its people."""
    # What the row says comes last, so that it wins over what the page says of every order.
    words = [part.split() for part in parts(order_text)]
    currency = next((first for first, *rest in reversed(words) if not rest and first.isupper()), "USD")
    state: State = {
        "currency": currency,
        "channel": "default",
        "placed_at": "2026-12-03T12:00:00+00:00",
        "lines": [],
    }
    facts: dict[str, Any] = {"repeat": False, "credited": {"orders": 0, "since": None}, "stages": {}}
    people: dict[str, dict[str, Any] | None] = {
        name: {"id": person_id, "active": True, "grade": None, "groups": [], "sales": {}, "earned": {}}
        for name, person_id in PEOPLE.items()
    }
    earlier: list[dict[str, Any]] = []

    def amount(text: str) -> int:
        found = minor(text, currency)
        assert found.denominator == 1, f"{text} is no amount of {currency}"
        return int(found)

    for first, *rest in words:
        if first in PEOPLE:
            _tell(people, first, rest, amount)
        elif first == "shipping":
            state["shipping_net"], state["shipping_gross"] = _net_and_gross(rest[0], amount)
        elif first in ("channel", "placed"):
            state["channel" if first == "channel" else "placed_at"] = (
                rest[0] if first == "channel" else instant(rest[0])
            )
        elif first == "repeat":
            facts["repeat"] = True
        elif first == "credited":
            facts["repeat"] = int(rest[0]) > 0
            facts["credited"] = {"orders": int(rest[0]), "since": instant(dict(_pairs(rest))["since"])}
        elif first == "stage":
            facts["stages"] |= dict(_pairs(rest))
        elif first == "earlier":
            earlier += [
                {"line_id": rest[0], "level": level, "distributor_id": person_id, "claimed": amount(claimed)}
                for level, (person_id, claimed) in enumerate(
                    zip(PEOPLE.values(), [word for word in rest[1:] if word != "/"], strict=False), 1
                )
            ]
        elif not (first.isupper() and not rest):
            state["lines"].append(_line([first, *rest], amount))
    return Case(plan(plan_text), state, facts, list(people.values()), earlier)


def _net_and_gross(text: str, amount: Callable[[str], int]) -> tuple[int, int]:
    net, _, gross = text.partition("/")
    return amount(net), amount(gross or net)


def _tell(
    people: dict[str, dict[str, Any] | None], name: str, words: list[str], amount: Callable[[str], int]
) -> None:
    person = people[name]
    assert person is not None, f"{name} is absent"
    for word in words:
        key, _, value = word.partition("=")
        by, _, period = key.partition("/")
        if key == "absent":
            people[name] = None
        elif key == "inactive":
            person["active"] = False
        elif key == "grade":
            person["grade"] = value
        elif key == "groups":
            person["groups"] = value.split(",")
        elif by == "earned":
            person["earned"][period] = amount(value)
        else:
            assert by in ("own", "team"), f"{name} {word}?"
            person["sales"][key] = amount(value)


def _line(words: list[str], amount: Callable[[str], int]) -> dict[str, Any]:
    quantity = int(words.pop(0)) if words[0].isdigit() else 1
    product, price, *rest = words
    categories, collections, variant = SHOP[product]
    net, gross = _net_and_gross(price, amount)
    line: dict[str, Any] = {
        "id": product,
        "quantity": quantity,
        "net": net,
        "gross": gross,
        "gift_card": "gift_card" in rest,
        "product_id": product,
        "variant_id": variant,
        "category_ids": categories,
        "collection_ids": collections,
        "fulfilled": quantity,
        "returned": 0,
    }
    for name, value in _pairs(rest):
        if name == "was":
            line["undiscounted_net"], line["undiscounted_gross"] = _net_and_gross(value, amount)
        elif name == "cost":
            line["cost"] = amount(value)
        elif name in ("shipped", "returned"):
            line["fulfilled" if name == "shipped" else "returned"] = int(value)
        else:
            line[{"id": "id", "variant": "variant_id"}[name]] = value
    return line
