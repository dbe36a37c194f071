"""What each share of an order is worth now: a pure function of the snapshot and the frozen shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from distribution.commission.kept import WHOLE, delivered_whole, kept
from distribution.commission.rating.share import Frozen
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
Part = tuple[int, int, int, int, int, int]
"""Of a line: net, gross, units now and their divisor, units at most and theirs."""


def entitlement(snapshot: OrderSnapshot, shares: Iterable[FrozenShare]) -> dict[int, Worth]:
    """The worth of every share by its number, in minor units of the order's currency."""
    frozen = list(shares)
    return {share.number: worth for share, worth in zip(frozen, worths(snapshot, frozen), strict=True)}


def worths(snapshot: OrderSnapshot, shares: Sequence[RatedShare]) -> list[Worth]:
    """The worth of each share, in their order.

    share = floor(base × fulfilled ÷ quantity × kept × rate), at most `most_minor`; a line that is gone or belongs to
    an order that is not alive is worth 0. Formula: "Arithmetic" of the design.
    """
    parts = _parts(snapshot)
    found = []
    for share in shares:
        part = parts.get(share.line_id)
        found.append(
            NOTHING
            if part is None
            else _worth(
                *(part, share.base, share.rate_numerator, share.rate_denominator, share.most_minor),
            )
        )
    return found


def line_worths(snapshot: OrderSnapshot, frozen: Frozen) -> list[list[Worth]]:
    """The same of lines as they were frozen: in their order, what each rate of a line is worth."""
    parts, base = _parts(snapshot), frozen.base
    found = []
    for line_id, rates, _ in frozen.lines:
        part = parts.get(line_id)
        found.append(
            [NOTHING] * len(rates)
            if part is None
            else [_worth(part, base, each.numerator, each.denominator, each.most_minor) for each in rates]
        )
    return found


def _parts(snapshot: OrderSnapshot) -> dict[str, Part]:
    """By line, what its total is multiplied by, now and once all is delivered, each over its own divisor."""
    if not snapshot.alive:
        return {}
    lines, back_minor, paid = snapshot.lines, snapshot.given_back_minor, snapshot.paid
    now = then = WHOLE
    if back_minor or any(line.returned or line.fulfilled > line.quantity for line in lines):
        now, then = kept(lines, back_minor), kept([delivered_whole(line) for line in lines], back_minor)
    return {
        line.id: (
            line.net_minor,
            line.gross_minor,
            line.fulfilled * now.numerator if paid else 0,
            line.quantity * now.denominator,
            (line.quantity - line.returned) * then.numerator,
            line.quantity * then.denominator,
        )
        for line in lines
        if line.quantity
    }


def _worth(part: Part, base: str, numerator: int, denominator: int, most_minor: int | None) -> Worth:
    net_minor, gross_minor, units, divisor, most_units, most_divisor = part
    claim = (net_minor if base == "net" else gross_minor) * numerator
    amount_minor = claim * units // (divisor * denominator)
    potential_minor = claim * most_units // (most_divisor * denominator)
    if most_minor is not None:
        amount_minor, potential_minor = min(amount_minor, most_minor), min(potential_minor, most_minor)
    return Worth(amount_minor, potential_minor)
