"""What of a share no run has settled yet, by when it matures and when it would have without a review."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from distribution.commission.known import KnownLine, Window


class Lot(NamedTuple):
    """When something matures, and when it would have if nobody had reviewed it."""

    matures_at: datetime
    original_at: datetime


class Move(NamedTuple):
    """An amount whose maturity becomes another."""

    amount_minor: int
    lot: Lot
    matures_at: datetime


def unsettled(lines: Sequence[KnownLine], share_number: int, window: Window | None) -> dict[Lot, int]:
    """The amounts of a share that no run owns."""
    found: dict[Lot, int] = {}
    for line in lines:
        if line.share_number == share_number and not (window and window.holds(line)):
            lot = Lot(line.matures_at, line.original_at or line.matures_at)
            found[lot] = found.get(lot, 0) + line.amount_minor
    return found


def moves(
    lots: Mapping[Lot, int], matures_at: Callable[[datetime], datetime], now: datetime
) -> Iterator[Move]:
    """What has to be moved so that everything matures as decided.

    What is due to be taken back already stays: a hold shields nobody from a debt.
    """
    for lot, amount_minor in sorted(lots.items()):
        taken_at_once = amount_minor < 0 and lot.matures_at == lot.original_at <= now
        target = matures_at(lot.original_at)
        if amount_minor and not taken_at_once and target != lot.matures_at:
            yield Move(amount_minor, lot, target)
