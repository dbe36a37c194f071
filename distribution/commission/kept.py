"""How much of what was delivered the shop kept: one factor for the whole order."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import NamedTuple

from distribution.orders.snapshot import OrderLine


class Kept(NamedTuple):
    """An exact fraction between 0 and 1."""

    numerator: int
    denominator: int


WHOLE = Kept(1, 1)


def kept(lines: Sequence[OrderLine], given_back_minor: int) -> Kept:
    """min(1, max(0, Σ gross − returned − extra) ÷ delivered), 1 while nothing is delivered.

    Money given back first eats what was never shipped, then lowers every delivered line alike. Units and their
    money come back at different times, so it is the larger of the two, never the sum.
    """
    unit = lcm(*(line.quantity for line in lines if line.quantity))
    gross = returned = delivered = returned_units = 0
    for line in lines:
        gross += line.gross_minor
        if line.quantity:
            per_unit = line.gross_minor * (unit // line.quantity)
            returned += per_unit * line.returned
            delivered += per_unit * line.fulfilled
            returned_units += line.returned
    if not delivered:
        return WHOLE
    extra = max(0, given_back_minor * unit - returned)
    # A shop refunds whole minor units: up to one for each returned unit is rounding.
    if extra <= returned_units * unit:
        extra = 0
    numerator = max(0, gross * unit - returned - extra)
    return WHOLE if numerator >= delivered else Kept(numerator, delivered)


def delivered_whole(line: OrderLine) -> OrderLine:
    """The line as if everything that did not come back were delivered."""
    return OrderLine(
        id=line.id,
        quantity=line.quantity,
        fulfilled=line.quantity - line.returned,
        returned=line.returned,
        net_minor=line.net_minor,
        gross_minor=line.gross_minor,
    )
