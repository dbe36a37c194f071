"""The design's arithmetic on the facts of a shop's order, in fractions; nothing of the product is used."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.model.order import ModelOrder


def worth(order: ModelOrder, sku: str, base: str) -> Fraction:
    """What of a line commission is paid on, before any rate."""
    line = order.lines.get(sku)
    alive = order.status not in ("DRAFT", "UNCONFIRMED", "CANCELED", "EXPIRED") and order.original is None
    if line is None or not alive or order.collected < order.total:
        return Fraction(0)
    whole = line.net_minor if base == "net" else line.gross_minor
    return Fraction(whole * (line.shipped + line.replaced), line.quantity) * kept(order)


def ceiling_of(plan: dict[str, Any]) -> Fraction:
    """The most that all levels of a line may have together, of what it is worth."""
    return Fraction(plan["ceiling_bps"], 10_000)


def kept(order: ModelOrder, *, whole: bool = False) -> Fraction:
    """How much of what was delivered the shop kept; `whole`: as if all that did not come back were delivered."""
    lines = order.lines.values()
    returned_units = sum(line.returned + line.refunded for line in lines)
    returned = sum(
        Fraction(line.gross_minor * (line.returned + line.refunded), line.quantity) for line in lines
    )
    delivered = sum(
        Fraction(
            line.gross_minor
            * (line.quantity - line.returned - line.refunded if whole else line.shipped + line.replaced),
            line.quantity,
        )
        for line in lines
    )
    back = max(0, order.total - order.charged - order.pending)
    given_back = min(max(0, back - min(order.shipping_refunded, order.shipping)), order.gross)
    extra = max(Fraction(0), given_back - returned)
    if extra <= returned_units:
        extra = Fraction(0)
    if not delivered:
        return Fraction(1)
    return min(Fraction(1), max(Fraction(0), order.gross - returned - extra) / delivered)
