"""Life stories of orders as a real Saleor told them, made into any number of orders of the demo shop.

Each story was recorded from Saleor 3.23 with our own GraphQL fragment after every step. Amounts, quantities, products
and the relations between them stay as recorded; ids, numbers, times, shoppers and codes are put in anew, and what the
shop's own catalogue says of its products is added.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID, uuid5

from distribution.demo.shop.catalogue import by_sku, shelves
from distribution.demo.shop.numbers import plain

_HOLE = re.compile(r"@(\w+)@")
_LINE_IDS = UUID("6f1c2d0e-7f2e-4a53-9d55-0d6b1b8a4c11")

ORDER, REPLACEMENT = "order", "replacement"


@dataclass(frozen=True, slots=True)
class State:
    """An order after one step of its story; `moment` is the number of the step in the story."""

    step: str
    moment: int
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One story: what happens to an order, and for exchanges to the order that replaces it."""

    number: int
    kind: str
    channel: str
    currency: str
    country: str
    items: tuple[tuple[str, int], ...]
    steps: tuple[str, ...]
    states: Mapping[str, tuple[State, ...]]


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes an order of a shape this one: everything that was put in anew."""

    id: str
    number: int
    email: str
    times: tuple[datetime, ...]
    user_id: str | None = None
    referral_code: str | None = None
    click_id: str | None = None
    voucher_code: str | None = None
    original_id: str | None = None
    damaged: bool = False


@cache
def shapes() -> tuple[Shape, ...]:
    """Every recorded story."""
    with resources.files("distribution.demo").joinpath("data/shapes.jsonl.gz").open("rb") as packed:
        lines = gzip.decompress(packed.read()).decode().splitlines()
    return tuple(_compile(number, json.loads(line)) for number, line in enumerate(lines))


def show(state: State, identity: Identity) -> dict[str, Any]:
    """The order as GraphQL shows it after a step; JSON numbers as Decimal, as our client reads them."""
    referral = {"referral_code": identity.referral_code, "referral_click": identity.click_id}
    values = {
        "order": identity.id,
        "number": str(identity.number),
        "email": identity.email,
        "user": json.dumps(identity.user_id and {"id": identity.user_id}),
        "metafields": json.dumps({key: value for key, value in referral.items() if value is not None}),
        "voucher": json.dumps(identity.voucher_code),
        "original": json.dumps(identity.original_id),
    }
    values |= {f"time{index}": at.astimezone(UTC).isoformat() for index, at in enumerate(identity.times)}

    def fill(hole: re.Match[str]) -> str:
        name = hole[1]
        return values[name] if name in values else _line_id(identity.id, name)

    order: dict[str, Any] = json.loads(_HOLE.sub(fill, state.text), parse_float=Decimal)
    if identity.damaged:
        order["total"] = None
    return order


def global_id(kind: str, key: UUID) -> str:
    """An id as Saleor makes them."""
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


def _line_id(order_id: str, name: str) -> str:
    return global_id("OrderLine", uuid5(_LINE_IDS, order_id + name))


def _compile(number: int, story: dict[str, Any]) -> Shape:
    began = [datetime.fromisoformat(step["began_at"]) for step in story["steps"]]
    states: dict[str, list[State]] = {}
    holes: dict[str, str] = {}
    for moment, step in enumerate(story["steps"]):
        text = _with_holes(_as_listed(step["order"]), began, holes)
        states.setdefault(step["of"], []).append(State(step["step"], moment, text))
    first = story["steps"][0]["order"]
    return Shape(
        number=number,
        kind=story["kind"],
        channel=story["channel"],
        currency=story["currency"],
        country=story["country"],
        items=tuple((line["productSku"], line["quantity"]) for line in first["lines"]),
        steps=tuple(step["step"] for step in story["steps"]),
        states={part: tuple(found) for part, found in states.items()},
    )


def _as_listed(order: dict[str, Any]) -> dict[str, Any]:
    """The order with what its products cost and the categories above theirs: the recorded shop had neither."""
    channel, currency = order["channel"]["slug"], order["channel"]["currencyCode"]
    for line in order["lines"]:
        cost = by_sku(line["productSku"]).cost.get(currency)
        price = None if cost is None else {"amount": cost}
        line["variant"]["channelListings"] = [{"channel": {"slug": channel}, "costPrice": price}]
        product = line["variant"]["product"]
        product["category"] = shelves().upwards(product["category"]["id"])
    return order


def _with_holes(order: dict[str, Any], began: list[datetime], lines: dict[str, str]) -> str:
    """The order's text with a hole for all that is put in anew; `lines` remembers the hole of each line's id."""
    for line in order["lines"]:
        line["id"] = lines.setdefault(line["id"], f"@line{len(lines)}@")
    for fulfillment in order["fulfillments"]:
        fulfillment["created"] = _moment(fulfillment["created"], began)
        for line in fulfillment["lines"]:
            line["orderLine"]["id"] = lines[line["orderLine"]["id"]]
    for grant in order["grantedRefunds"]:
        grant["createdAt"] = _moment(grant["createdAt"], began)
    voucher = order["voucherCode"]
    order |= {
        "id": "@order@",
        "number": "@number@",
        "created": _moment(order["created"], began),
        "userEmail": "@email@",
        "user": "@user@",
        "metafields": "@metafields@",
        "voucherCode": "@voucher@" if voucher else None,
        "original": "@original@" if order["original"] else None,
    }
    text = json.dumps(order, ensure_ascii=False, separators=(",", ":"), default=plain)
    # These stand for whole values, not for the inside of a text.
    return re.sub(r'"(@(?:user|metafields|voucher|original)@)"', r"\1", text)


def _moment(recorded: str, began: list[datetime]) -> str:
    at = datetime.fromisoformat(recorded)
    return f"@time{max((index for index, start in enumerate(began) if start <= at), default=0)}@"
