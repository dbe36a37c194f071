"""Sums commission lines by the hour they mature in, so that the console's figures stay quick among millions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from distribution.db import transaction
from distribution.settlement.epoch import WritersBusy
from distribution.settlement.line_sums import ENOUGH_LINES, end_epoch, fold_lines
from jobs.resources import Resources
from jobs.tracked import tracked

# The first time all lines there ever were are summed.
_PATIENCE = text("SELECT set_config('statement_timeout', '15min', true)")


@tracked("sum_lines")
def sum_lines(given: Resources) -> dict[str, Any] | None:
    """End an epoch that has many lines, and sum those of epochs that are over."""
    epochs = sum_up(given.engine)
    return {"epochs": epochs} if epochs else None


def sum_up(engine: Engine, *, enough: int = ENOUGH_LINES) -> int:
    """Two transactions: writers wait for the first only. How many epochs were summed."""
    try:
        with transaction(engine) as session:
            end_epoch(session, enough=enough)
    except WritersBusy:
        # Another time: what is not summed yet is read line by line.
        pass
    with transaction(engine) as session:
        session.execute(_PATIENCE)
        return fold_lines(session)
