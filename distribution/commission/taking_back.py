"""When what is taken back matures: with what it takes back, while that is unsettled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


def taken_back(
    unsettled_minor: Mapping[datetime, int], amount_minor: int, now: datetime
) -> list[tuple[int, datetime]]:
    """Amounts and maturities that take back `amount_minor`, given what is not settled yet by its maturity.

    What is not settled yet is taken back with the lines it was, those that mature last first, so that what is known
    to be bad is never paid; the rest was settled already and matures at once.
    """
    parts = []
    for matures_at in sorted(unsettled_minor, reverse=True):
        taken_minor = min(amount_minor, max(0, unsettled_minor[matures_at]))
        if taken_minor:
            parts.append((-taken_minor, matures_at))
            amount_minor -= taken_minor
    return [*parts, (-amount_minor, now)] if amount_minor else parts
