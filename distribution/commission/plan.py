"""A commission plan: what each level earns, of what, and up to which ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from distribution.errors import InvalidInput
from distribution.money import is_currency, to_minor

LEVELS = 3
"""Commission reaches three levels and never a fourth; the database holds the same ceiling."""

BUILT_IN_NUMBER = 0
BUILT_IN: dict[str, Any] = {
    "name": "Built-in",
    "base": "net",
    "ceiling_bps": 3_000,
    "hold_days": 14,
    "rates": [{"level": 1, "bps": 1_000}, {"level": 2, "bps": 500}, {"level": 3, "bps": 200}],
}


@dataclass(frozen=True, slots=True)
class Rate:
    """What one level earns: basis points of the base, or a fixed amount for each unit in one currency."""

    level: int
    bps: int = 0
    fixed_minor: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A validated plan; `number` is that of its version, 0 for the built-in one."""

    number: int
    name: str
    base: str
    ceiling_bps: int
    hold_days: int
    rates: tuple[Rate, ...]


def parse(document: Mapping[str, Any], number: int = BUILT_IN_NUMBER) -> Plan:
    """The plan a document describes.

    Raises InvalidInput naming the path of the first value that breaks a rule (`rates[1].bps`).
    """
    _no_others(document, "", {"name", "base", "ceiling_bps", "hold_days", "rates"})
    base = document.get("base", "net")
    if base not in ("net", "gross"):
        raise InvalidInput("base: must be 'net' or 'gross'", field="base")
    name = document.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise InvalidInput("name: must be a text of 1 to 100 characters", field="name")
    entries = document.get("rates")
    if not isinstance(entries, list) or not 1 <= len(entries) <= LEVELS:
        raise InvalidInput(f"rates: must be a list of 1 to {LEVELS} rates, one for a level", field="rates")
    rates = tuple(_rate(entry, f"rates[{index}]") for index, entry in enumerate(entries))
    for index, rate in enumerate(rates):
        if rate.level in [other.level for other in rates[:index]]:
            raise InvalidInput(
                f"rates[{index}].level: level {rate.level} has a rate already", field=f"rates[{index}].level"
            )
    return Plan(
        number=number,
        name=name,
        base=base,
        ceiling_bps=_whole(document.get("ceiling_bps"), "ceiling_bps", 0, 10_000),
        hold_days=_whole(document.get("hold_days"), "hold_days", 0, 3_650),
        rates=tuple(sorted(rates, key=lambda rate: rate.level)),
    )


def _rate(entry: object, path: str) -> Rate:
    if not isinstance(entry, Mapping):
        raise InvalidInput(f"{path}: must be an object", field=path)
    _no_others(entry, f"{path}.", {"level", "bps", "fixed", "currency"})
    level = _whole(entry.get("level"), f"{path}.level", 1, LEVELS)
    if ("bps" in entry) == ("fixed" in entry):
        raise InvalidInput(f"{path}: needs either bps or fixed with currency", field=path)
    if "bps" in entry:
        return Rate(level, _whole(entry["bps"], f"{path}.bps", 0, 10_000))
    currency = entry.get("currency")
    if not isinstance(currency, str) or not is_currency(currency):
        raise InvalidInput(f"{path}.currency: must be an ISO 4217 code", field=f"{path}.currency")
    if not isinstance(entry["fixed"], str):
        raise InvalidInput(f"{path}.fixed: must be a decimal amount as text", field=f"{path}.fixed")
    fixed_minor = to_minor(entry["fixed"], currency, field=f"{path}.fixed")
    if fixed_minor < 0:
        raise InvalidInput(f"{path}.fixed: must not be negative", field=f"{path}.fixed")
    return Rate(level, fixed_minor=fixed_minor, currency=currency)


def _whole(value: object, path: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidInput(f"{path}: must be a whole number from {least} to {most}", field=path)
    return value


def _no_others(document: Mapping[str, Any], prefix: str, known: set[str]) -> None:
    for key in document:
        if key not in known:
            raise InvalidInput(f"{prefix}{key}: is not part of a plan", field=f"{prefix}{key}")
