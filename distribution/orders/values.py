"""The values of an order's document, each checked and named by its path where it breaks a rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from distribution.errors import InvalidInput
from distribution.money import to_minor
from distribution.orders.text import clean

LARGEST_QUANTITY = 1_000_000


def text(document: Mapping[str, Any], name: str, path: str = "", longest: int = 255) -> str:
    """The text of that name, neither empty nor longer than that."""
    value = document.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise InvalidInput(f"{path}{name}: must be a text of 1 to {longest} characters", field=path + name)
    if clean(value, longest) != value:
        raise InvalidInput(f"{path}{name}: holds a character that cannot be stored", field=path + name)
    return value


def optional(document: Mapping[str, Any], name: str, path: str = "") -> str | None:
    """The text of that name, None where it is absent or empty."""
    if not isinstance(document, Mapping):
        raise InvalidInput(f"{path[:-1]}: must be an object", field=path[:-1])
    value = document.get(name)
    return None if value is None or value == "" else text(document, name, path, 1_000)


def texts(document: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
    """The list of texts of that name, empty where it is absent."""
    values = document.get(name, [])
    if not isinstance(values, list) or len(values) > 100:
        raise InvalidInput(f"{path}{name}: must be a list of at most 100 texts", field=path + name)
    return tuple(text({name: value}, name, path) for value in values)


def count(document: Mapping[str, Any], name: str, path: str) -> int:
    """The whole number of units of that name."""
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_QUANTITY:
        raise InvalidInput(
            f"{path}{name}: must be a whole number from 0 to {LARGEST_QUANTITY}", field=path + name
        )
    return value


def amount(document: Mapping[str, Any], name: str, currency: str, path: str = "") -> int:
    """The decimal text of that name in minor units."""
    value = document.get(name)
    if not isinstance(value, str):
        raise InvalidInput(f"{path}{name}: must be a decimal amount as text", field=path + name)
    minor = to_minor(value, currency, field=path + name)
    if minor < 0:
        raise InvalidInput(f"{path}{name}: must not be negative", field=path + name)
    return minor


def moment(document: Mapping[str, Any], name: str, path: str = "") -> datetime:
    """The time of that name, in UTC: PostgreSQL knows no offsets beyond 16 hours."""
    value = document.get(name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 < moment.year < 9000:
        raise InvalidInput(f"{path}{name}: must be an ISO 8601 time with offset", field=path + name)
    return moment.astimezone(UTC)


def price(document: Mapping[str, Any], currency: str, path: str) -> tuple[int, int]:
    """`net` and `gross` of an object, gross not less than net."""
    net_minor, gross_minor = (
        amount(document, "net", currency, path),
        amount(document, "gross", currency, path),
    )
    if gross_minor < net_minor:
        raise InvalidInput(f"{path}gross: is less than net", field=f"{path}gross")
    return net_minor, gross_minor


def optional_price(
    document: Mapping[str, Any], name: str, currency: str, path: str = ""
) -> tuple[int, int] | None:
    """The object of that name with `net` and `gross`, None where it is absent."""
    value = document.get(name)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{path}{name}: must be an object", field=path + name)
    return price(value, currency, f"{path}{name}.")
