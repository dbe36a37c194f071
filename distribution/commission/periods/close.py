"""Closing periods: everything that is over is decided as a whole, and once more whenever its orders change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.commission.accrue import raw
from distribution.commission.periods.decide import decide
from distribution.commission.periods.deciding import read_deciding
from distribution.commission.periods.marks import look_through
from distribution.db import transaction

BATCH = 200
"""How many distributors are decided on in one transaction."""

# Looking through a year takes longer than a page may, and so may waiting for somebody who does.
_PATIENCE = text(
    "SELECT set_config('statement_timeout', '15min', true), set_config('lock_timeout', '15min', true)"
)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7305811940226011)")


@dataclass(slots=True)
class Closed:
    """How many periods there are to decide, for how many distributors something changed, how many lines that made."""

    periods: int = 0
    distributors: int = 0
    lines: int = 0


def close_periods(
    engine: Engine,
    *,
    now: datetime,
    batch: int = BATCH,
    progress: Callable[[int], None] = lambda _decided: None,
) -> Closed:
    """Decide every period that is over at `now`, as far as anything changed since it last was; write what it adjusts.

    This is an edge: it takes the engine because each `batch` of distributors is a transaction. Killed anywhere it goes
    on where it stopped; two at once take turns. Shorter periods go first: longer ones build on what they adjust.
    """
    with transaction(engine) as session:
        deciding = read_deciding(raw(session))
    if deciding is None:
        return Closed()
    spans = deciding.spans(now)
    closed = Closed(periods=len(spans))
    for span in spans:
        with transaction(engine) as session:
            take_turns(session)
            look_through(session, span, deciding.zone)
    for span in spans:
        while True:
            with transaction(engine) as session:
                take_turns(session)
                distributors, lines = decide(session, deciding, span, most=batch, now=now)
            closed.lines += lines
            if not distributors:
                break
            closed.distributors += distributors
            progress(closed.distributors)
    return closed


def take_turns(session: Session) -> None:
    """Wait until nobody else decides periods, and keep others waiting until the transaction ends."""
    session.execute(_PATIENCE)
    session.execute(_ONE_AT_A_TIME)
