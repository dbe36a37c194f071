"""How long each step of an order's story takes after the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

_MINUTES = 1 / 60
# Hours at least and at most, by the first words of a step's name.
_HOURS: tuple[tuple[str, tuple[float, float]], ...] = (
    ("placed", (0.2, 2.0)),
    ("paid in part", (1.0, 20.0)),
    ("paid", (0.1, 30.0)),
    ("invoice paid", (150.0, 400.0)),
    ("delivered online", (2 * _MINUTES, 10 * _MINUTES)),
    ("shipped in part", (10.0, 40.0)),
    ("shipped again", (48.0, 96.0)),
    ("shipped", (12.0, 70.0)),
    ("cancelled", (1.0, 20.0)),
    ("one sold out", (5.0, 20.0)),
    ("parcel lost", (120.0, 240.0)),
    ("exchanged", (100.0, 300.0)),
    ("replacement shipped", (20.0, 60.0)),
    ("replacement", (1 * _MINUTES, 30 * _MINUTES)),
    ("refund granted", (90.0, 400.0)),
    ("returned", (100.0, 500.0)),
    ("refunded in part", (100.0, 700.0)),
    ("refunded", (5.0, 90.0)),
    ("charged back", (400.0, 1200.0)),
)


def times_of(rng: Random, steps: Sequence[str], placed_at: datetime) -> tuple[datetime, ...]:
    """When each step happened to an order placed at `placed_at`."""
    times = [placed_at]
    for step in steps[1:]:
        least, most = next(hours for words, hours in _HOURS if step.startswith(words))
        # Most take little more than the least.
        hours = least + (most - least) * rng.betavariate(1.3, 3.0)
        times.append(times[-1] + timedelta(seconds=round(hours * 3600)))
    return tuple(times)
