"""The rule by which somebody is said to need help: pure, from what they did and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

Need = Literal["silent", "first_sale", "first_click"]
NEEDS: tuple[Need, ...] = ("silent", "first_sale", "first_click")
"""In the order in which they are shown: who has sold can do it again soonest."""

SETTLING_IN = timedelta(days=14)
STILL_NEW = timedelta(days=30)
SILENT = timedelta(days=30)
LOST = timedelta(days=180)


def need(
    *, joined_at: datetime, clicked_at: datetime | None, sold_at: datetime | None, now: datetime
) -> Need | None:
    """What somebody needs help with, if anything.

    `silent`: sold before, but not for thirty days, nor so long ago that it is another story. `first_sale`: their link
    was clicked within thirty days and nothing was ever bought. `first_click`: joined fourteen to thirty days ago, and
    nobody has clicked yet.
    """
    if sold_at is not None:
        return "silent" if SILENT <= now - sold_at <= LOST else None
    if clicked_at is not None:
        return "first_sale" if now - clicked_at <= STILL_NEW else None
    return "first_click" if SETTLING_IN <= now - joined_at <= STILL_NEW else None
