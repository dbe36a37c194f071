"""An order as other shops send it to the API: checked, and turned into the same snapshot Saleor's orders become."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from distribution.errors import InvalidInput
from distribution.money import is_currency, to_minor
from distribution.orders.snapshot import CANCELLED, DRAFT, OPEN, OrderLine, OrderSnapshot
from distribution.orders.text import clean, code
from distribution.privacy.hashing import email_hash

LARGEST_QUANTITY = 1_000_000
MOST_LINES = 1_000
EARLY_BY = timedelta(minutes=5)
"""How far ahead of our clock another shop's may be."""


def parse(
    document: Mapping[str, Any], *, order_id: str, source: str, hash_key: bytes, now: datetime
) -> OrderSnapshot:
    """The snapshot an API document describes.

    Raises InvalidInput naming the path of the value at fault (`lines[0].net`) and the rule it breaks.
    """
    if not 1 <= len(order_id) <= 255 or clean(order_id, 255) != order_id:
        raise InvalidInput("order_id: must be 1 to 255 characters", field="order_id")
    currency = _text(document, "currency", longest=3)
    if not is_currency(currency):
        raise InvalidInput(f"currency: {currency!r} is no ISO 4217 code", field="currency")
    observed_at = _moment(document, "observed_at")
    if observed_at > now + EARLY_BY:
        raise InvalidInput("observed_at: is more than five minutes ahead of our clock", field="observed_at")
    status = _text(document, "status", longest=20)
    if status not in (DRAFT, OPEN, CANCELLED):
        raise InvalidInput("status: must be 'draft', 'open' or 'cancelled'", field="status")
    customer = document.get("customer") or {}
    email = _optional(customer, "email", "customer.")
    lines = _lines(document.get("lines"), currency)
    return OrderSnapshot(
        source=source,
        order_id=order_id,
        number=_text(document, "number"),
        channel=_text(document, "channel"),
        currency=currency,
        observed_at=observed_at,
        placed_at=_moment(document, "placed_at"),
        status=status,
        total_minor=_amount(document, "total", currency),
        collected_minor=_amount(document, "collected", currency),
        given_back_minor=_amount(document, "given_back", currency),
        customer_id=_optional(customer, "id", "customer."),
        customer_key=email_hash(hash_key, email) if email else None,
        country=_optional(document, "country"),
        referral_code=code(document.get("referral_code")),
        click_id=code(document.get("click_id")),
        voucher_code=code(document.get("voucher_code")),
        replacement_of=_optional(document, "replacement_of"),
        lines=lines,
    )


def _lines(entries: object, currency: str) -> tuple[OrderLine, ...]:
    if not isinstance(entries, list) or len(entries) > MOST_LINES:
        raise InvalidInput(f"lines: must be a list of at most {MOST_LINES} lines", field="lines")
    lines = tuple(_line(entry, f"lines[{index}].", currency) for index, entry in enumerate(entries))
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if line.id in seen:
            raise InvalidInput(f"lines[{index}].id: {line.id!r} occurs twice", field=f"lines[{index}].id")
        seen.add(line.id)
    return lines


def _line(entry: object, path: str, currency: str) -> OrderLine:
    if not isinstance(entry, Mapping):
        raise InvalidInput(f"{path[:-1]}: must be an object", field=path[:-1])
    quantity = _count(entry, "quantity", path)
    fulfilled, returned = _count(entry, "fulfilled", path), _count(entry, "returned", path)
    if fulfilled + returned > quantity:
        raise InvalidInput(
            f"{path}fulfilled: {fulfilled} fulfilled and {returned} returned are more than {quantity}",
            field=f"{path}fulfilled",
        )
    net_minor, gross_minor = _amount(entry, "net", currency, path), _amount(entry, "gross", currency, path)
    if gross_minor < net_minor:
        raise InvalidInput(f"{path}gross: is less than net", field=f"{path}gross")
    gift_card = entry.get("gift_card", False)
    if not isinstance(gift_card, bool):
        raise InvalidInput(f"{path}gift_card: must be true or false", field=f"{path}gift_card")
    return OrderLine(
        id=_text(entry, "id", path),
        quantity=quantity,
        fulfilled=fulfilled,
        returned=returned,
        net_minor=net_minor,
        gross_minor=gross_minor,
        gift_card=gift_card,
        sku=_optional(entry, "sku", path),
        name=_optional(entry, "name", path) or "",
        product_id=_optional(entry, "product_id", path),
        variant_id=_optional(entry, "variant_id", path),
        category_ids=_texts(entry, "category_ids", path),
        collection_ids=_texts(entry, "collection_ids", path),
        fulfilled_at=_moment(entry, "fulfilled_at", path) if entry.get("fulfilled_at") is not None else None,
    )


def _text(document: Mapping[str, Any], name: str, path: str = "", longest: int = 255) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise InvalidInput(f"{path}{name}: must be a text of 1 to {longest} characters", field=path + name)
    if clean(value, longest) != value:
        raise InvalidInput(f"{path}{name}: holds a character that cannot be stored", field=path + name)
    return value


def _optional(document: Mapping[str, Any], name: str, path: str = "") -> str | None:
    if not isinstance(document, Mapping):
        raise InvalidInput(f"{path[:-1]}: must be an object", field=path[:-1])
    value = document.get(name)
    return None if value is None or value == "" else _text(document, name, path, 1_000)


def _texts(document: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
    values = document.get(name, [])
    if not isinstance(values, list) or len(values) > 100:
        raise InvalidInput(f"{path}{name}: must be a list of at most 100 texts", field=path + name)
    return tuple(_text({name: value}, name, path) for value in values)


def _count(document: Mapping[str, Any], name: str, path: str) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_QUANTITY:
        raise InvalidInput(
            f"{path}{name}: must be a whole number from 0 to {LARGEST_QUANTITY}", field=path + name
        )
    return value


def _amount(document: Mapping[str, Any], name: str, currency: str, path: str = "") -> int:
    value = document.get(name)
    if not isinstance(value, str):
        raise InvalidInput(f"{path}{name}: must be a decimal amount as text", field=path + name)
    minor = to_minor(value, currency, field=path + name)
    if minor < 0:
        raise InvalidInput(f"{path}{name}: must not be negative", field=path + name)
    return minor


def _moment(document: Mapping[str, Any], name: str, path: str = "") -> datetime:
    value = document.get(name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 < moment.year < 9000:
        raise InvalidInput(f"{path}{name}: must be an ISO 8601 time with offset", field=path + name)
    return moment
