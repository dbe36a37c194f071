"""What a share is worth now, with the rounding: the order's last state times the frozen rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from distribution.commission.entitlement import FrozenShare, entitlement
from distribution.commission.kept import kept
from distribution.orders.snapshot import OrderSnapshot


@dataclass(frozen=True, slots=True)
class WorthNow:
    """total × fulfilled ÷ quantity × kept × rate is `exact`; rounded down, and at most `most_minor`, it is
    `amount_minor`. `there` is False once the line is no longer part of the order."""

    there: bool
    alive: bool
    paid: bool
    total_minor: int
    quantity: int
    fulfilled: int
    returned: int
    kept: Fraction
    rate: Fraction
    exact: Fraction
    most_minor: int | None
    amount_minor: int
    potential_minor: int

    @property
    def rounded_minor(self) -> int:
        """The exact amount rounded down, before any limit."""
        return self.exact.numerator // self.exact.denominator

    @property
    def limited(self) -> bool:
        """Whether the limit frozen with it lowers it now."""
        return self.most_minor is not None and self.rounded_minor > self.most_minor


def worth_now(newest: OrderSnapshot, share: FrozenShare) -> WorthNow:
    """The worth of one share by the newest snapshot of its order."""
    line = next((each for each in newest.lines if each.id == share.line_id), None)
    worth = entitlement(newest, [share])[share.number]
    factor = Fraction(*kept(newest.lines, newest.given_back_minor))
    rate = Fraction(share.rate_numerator, share.rate_denominator)
    total_minor = 0 if line is None else line.net_minor if share.base == "net" else line.gross_minor
    exact = Fraction(0)
    if line is not None and line.quantity and newest.paid:
        exact = total_minor * Fraction(line.fulfilled, line.quantity) * factor * rate
    return WorthNow(
        there=line is not None,
        alive=newest.alive,
        paid=newest.paid,
        total_minor=total_minor,
        quantity=line.quantity if line else 0,
        fulfilled=line.fulfilled if line else 0,
        returned=line.returned if line else 0,
        kept=factor,
        rate=rate,
        exact=exact,
        most_minor=share.most_minor,
        amount_minor=worth.amount_minor,
        potential_minor=worth.potential_minor,
    )
