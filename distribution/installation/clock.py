"""Do clocks agree, whatever the answer took: a busy machine is not one whose clock is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal

from distribution.installation.outcome import Finding
from distribution.installation.outcomes import found

CLOCKS_MAY_DIFFER_SECONDS = 5
Clock = Callable[[], datetime]
Whose = Literal["the database", "Redis", "Saleor"]


def clock_from(now: datetime) -> Clock:
    """This machine's time from now on."""
    began = monotonic()
    return lambda: now + timedelta(seconds=monotonic() - began)


def check_clock(whose: Whose, theirs: datetime, *, asked_at: datetime, answered_at: datetime) -> Finding:
    """What somebody else's clock said lies between question and answer by this machine's."""
    away = max(asked_at - theirs, theirs - answered_at, timedelta(0))
    if away > timedelta(seconds=CLOCKS_MAY_DIFFER_SECONDS):
        return found("clock.differs", whose=whose, seconds=round(away.total_seconds()))
    return found("clock.good", seconds=CLOCKS_MAY_DIFFER_SECONDS)
