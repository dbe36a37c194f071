"""The design's arithmetic on the facts of a shop's order, in fractions; nothing of the product is used."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.model.order import EXPONENT, ModelLine, ModelOrder

Rates = dict[int, Fraction]


def worth(order: ModelOrder, sku: str, base: str) -> Fraction:
    """What of a line commission is paid on, before any rate."""
    line = order.lines.get(sku)
    alive = order.status not in ("DRAFT", "UNCONFIRMED", "CANCELED", "EXPIRED") and order.original is None
    if line is None or line.gift_card or not alive or order.collected < order.total:
        return Fraction(0)
    whole = line.net_minor if base == "net" else line.gross_minor
    return Fraction(whole * (line.shipped + line.replaced), line.quantity) * _kept(order)


def rates(line: ModelLine, *, plan: dict[str, Any], currency: str, levels: set[int]) -> Rates:
    """The rate of each of these levels that the plan names, together never above its ceiling."""
    base = line.net_minor if plan["base"] == "net" else line.gross_minor
    found: Rates = {}
    for entry in plan["rates"]:
        if entry["level"] not in levels:
            continue
        rate = Fraction(entry.get("bps", 0), 10_000)
        if entry.get("currency") == currency and base:
            rate = Fraction(entry["fixed"]) * 10 ** EXPONENT[currency] * line.quantity / base
        found[entry["level"]] = Fraction(0) if line.gift_card or not base else rate
    total, ceiling = sum(found.values()), ceiling_of(plan)
    return {level: rate * ceiling / total for level, rate in found.items()} if total > ceiling else found


def ceiling_of(plan: dict[str, Any]) -> Fraction:
    """The most that all levels of a line may have together, of what it is worth."""
    return Fraction(plan["ceiling_bps"], 10_000)


def _kept(order: ModelOrder) -> Fraction:
    lines = order.lines.values()
    returned_units = sum(line.returned + line.refunded for line in lines)
    returned = sum(
        Fraction(line.gross_minor * (line.returned + line.refunded), line.quantity) for line in lines
    )
    delivered = sum(
        Fraction(line.gross_minor * (line.shipped + line.replaced), line.quantity) for line in lines
    )
    back = max(0, order.total - order.charged - order.pending)
    given_back = min(max(0, back - min(order.shipping_refunded, order.shipping)), order.gross)
    extra = max(Fraction(0), given_back - returned)
    if extra <= returned_units:
        extra = Fraction(0)
    if not delivered:
        return Fraction(1)
    return min(Fraction(1), max(Fraction(0), order.gross - returned - extra) / delivered)
