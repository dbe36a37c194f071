"""How busy the shop is: growth through the year, weekends, evenings, and Lantern Week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from distribution.demo.brand import SALE_BEGAN, SALE_ENDED, YEAR

_FIRST_DAY_ORDERS = 5.0
_LAST_DAY_ORDERS = 17.0
_LANTERN_FACTOR = 3.4
# How likely a purchase is at each hour, UTC: mornings in China, evenings in Europe.
_HOURS = (3, 3, 4, 4, 4, 4, 5, 6, 6, 6, 6, 7, 8, 7, 6, 6, 7, 8, 9, 10, 9, 6, 4, 3)


def is_sale(at: datetime, now: datetime) -> bool:
    """Whether `at` lies in Lantern Week."""
    return now - SALE_BEGAN <= at < now - SALE_ENDED


def purchases(rng: Random, now: datetime) -> Iterator[datetime]:
    """When somebody buys, through the year up to `now`, in order."""
    midnight = (now - YEAR).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range((now - midnight).days + 1):
        date = midnight + timedelta(days=day)
        grown = _FIRST_DAY_ORDERS + (_LAST_DAY_ORDERS - _FIRST_DAY_ORDERS) * day / YEAR.days
        busy = 1.25 if date.weekday() >= 5 else 0.95
        peak = _LANTERN_FACTOR if is_sale(date, now) else 1.0
        count = round(grown * busy * peak * rng.uniform(0.75, 1.25))
        hours = rng.choices(range(24), _HOURS, k=count)
        for seconds in sorted(hour * 3600 + rng.random() * 3600 for hour in hours):
            at = date + timedelta(seconds=round(seconds))
            if now - YEAR + timedelta(days=4) <= at < now:
                yield at
