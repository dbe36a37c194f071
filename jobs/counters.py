"""Folds what orders added to the sales and claims of their periods, so that reading those stays quick."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine

from distribution.commission.counting import fold as counting
from distribution.db import transaction
from jobs.resources import Resources
from jobs.tracked import tracked

BATCH = 50_000
LONGEST_SECONDS = 50.0


@tracked("fold_counters")
def fold_counters(given: Resources) -> dict[str, Any] | None:
    """Fold what was added since the last time."""
    return {"movements": fold(given.engine)}


def fold(engine: Engine, *, batch: int = BATCH, longest_seconds: float = LONGEST_SECONDS) -> int:
    """Fold until nothing is left, each batch in a transaction of its own; returns how many movements there were."""
    folded, deadline = 0, time.monotonic() + longest_seconds
    while time.monotonic() < deadline:
        with transaction(engine) as session:
            part = counting.fold_counters(session, most=batch)
        folded += part
        if part < batch:
            break
    return folded
