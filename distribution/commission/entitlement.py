"""What each share of an order is worth now: a pure function of the snapshot and the frozen shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from distribution.commission.kept import WHOLE, delivered_whole, kept
from distribution.orders.snapshot import OrderSnapshot


class RatedShare(Protocol):
    """What the arithmetic needs to know of a share."""

    @property
    def line_id(self) -> str: ...
    @property
    def base(self) -> str: ...
    @property
    def rate_numerator(self) -> int: ...
    @property
    def rate_denominator(self) -> int: ...
    @property
    def most_minor(self) -> int | None: ...


class FrozenShare(RatedShare, Protocol):
    """A share with its number in the order."""

    @property
    def number(self) -> int: ...


class Worth(NamedTuple):
    """A share's amount now, and what it becomes if everything not returned is delivered and paid."""

    amount_minor: int
    potential_minor: int


NOTHING = Worth(0, 0)


def entitlement(snapshot: OrderSnapshot, shares: Iterable[FrozenShare]) -> dict[int, Worth]:
    """The worth of every share by its number, in minor units of the order's currency."""
    frozen = list(shares)
    return {share.number: worth for share, worth in zip(frozen, worths(snapshot, frozen), strict=True)}


def worths(snapshot: OrderSnapshot, shares: Sequence[RatedShare]) -> list[Worth]:
    """The worth of each share, in their order.

    share = floor(base × fulfilled ÷ quantity × kept × rate), at most `most_minor`; a line that is gone or belongs to
    an order that is not alive is worth 0. Formula: "Arithmetic" of the design.
    """
    if not snapshot.alive:
        return [NOTHING] * len(shares)
    lines, back_minor = snapshot.lines, snapshot.given_back_minor
    now = then = WHOLE
    if back_minor or any(line.returned or line.fulfilled > line.quantity for line in lines):
        now, then = kept(lines, back_minor), kept([delivered_whole(line) for line in lines], back_minor)
    paid = snapshot.paid
    # What a line's total is multiplied by, now and then, over its own divisors.
    parts = {
        line.id: (
            line,
            line.fulfilled * now.numerator if paid else 0,
            line.quantity * now.denominator,
            (line.quantity - line.returned) * then.numerator,
            line.quantity * then.denominator,
        )
        for line in lines
    }
    found = []
    for share in shares:
        part = parts.get(share.line_id)
        if part is None or not part[0].quantity:
            found.append(NOTHING)
            continue
        line, units, divisor, most_units, most_divisor = part
        claim = (line.net_minor if share.base == "net" else line.gross_minor) * share.rate_numerator
        denominator = share.rate_denominator
        amount_minor = claim * units // (divisor * denominator)
        potential_minor = claim * most_units // (most_divisor * denominator)
        most_minor = share.most_minor
        if most_minor is not None:
            amount_minor, potential_minor = min(amount_minor, most_minor), min(potential_minor, most_minor)
        found.append(Worth(amount_minor, potential_minor))
    return found
