"""What each share of an order is worth now: a pure function of the snapshot and the frozen shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from distribution.commission.kept import Kept, delivered_whole, kept
from distribution.orders.snapshot import OrderLine, OrderSnapshot


class FrozenShare(Protocol):
    """What the arithmetic needs to know of a share."""

    @property
    def number(self) -> int: ...
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


class Worth(NamedTuple):
    """A share's amount now, and what it becomes if everything not returned is delivered and paid."""

    amount_minor: int
    potential_minor: int


NOTHING = Worth(0, 0)


def entitlement(snapshot: OrderSnapshot, shares: Iterable[FrozenShare]) -> dict[int, Worth]:
    """The worth of every share by its number, in minor units of the order's currency.

    share = floor(base × fulfilled ÷ quantity × kept × rate), at most `most_minor`; a line that is gone or belongs to
    an order that is not alive is worth 0. Formula: "Arithmetic" of the design.
    """
    by_id: Mapping[str, OrderLine] = {line.id: line for line in snapshot.lines}
    now = kept(snapshot.lines, snapshot.given_back_minor)
    then = kept([delivered_whole(line) for line in snapshot.lines], snapshot.given_back_minor)
    worth: dict[int, Worth] = {}
    for share in shares:
        line = by_id.get(share.line_id)
        if line is None or not snapshot.alive or not line.quantity:
            worth[share.number] = NOTHING
            continue
        potential = _share(line, line.quantity - line.returned, then, share)
        amount = _share(line, line.fulfilled, now, share) if snapshot.paid else 0
        worth[share.number] = Worth(amount, potential)
    return worth


def _share(line: OrderLine, units: int, factor: Kept, share: FrozenShare) -> int:
    base = line.net_minor if share.base == "net" else line.gross_minor
    amount_minor = (base * units * factor.numerator * share.rate_numerator) // (
        line.quantity * factor.denominator * share.rate_denominator
    )
    return amount_minor if share.most_minor is None else min(amount_minor, share.most_minor)
