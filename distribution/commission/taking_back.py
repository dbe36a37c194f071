"""When what is taken back matures: with what it takes back, while that is unsettled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from distribution.commission.lots import Lot


class Part(NamedTuple):
    """An amount of one lot."""

    amount_minor: int
    lot: Lot


def taken_back(unsettled_minor: Mapping[Lot, int], amount_minor: int, now: datetime) -> list[Part]:
    """What takes back `amount_minor`, given what is not settled yet.

    What is not settled yet is taken back with the lines it was, those that mature last first, so that what is known
    to be bad is never paid; the rest was settled already and matures at once.
    """
    parts = []
    for lot in sorted(unsettled_minor, reverse=True):
        taken_minor = min(amount_minor, max(0, unsettled_minor[lot]))
        if taken_minor:
            parts.append(Part(-taken_minor, lot))
            amount_minor -= taken_minor
    return [*parts, Part(-amount_minor, Lot(now, now))] if amount_minor else parts
