"""The order in which money becomes due and is settled, the same by hand, by API, by command and by the calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from distribution.commission.periods.close import close_periods
from distribution.settlement.settle import settle
from distribution.settlement.tables import SettlementRun


@dataclass(frozen=True, slots=True)
class Settled:
    """How many adjusting lines of periods were written first, and the runs that came to be."""

    adjusted: int
    runs: tuple[SettlementRun, ...]

    @property
    def statements(self) -> int:
        """How many statements the closed runs have."""
        return sum(run.statement_count or 0 for run in self.runs)


def settle_due(
    engine: Engine,
    *,
    actor: str,
    now: datetime,
    until: datetime | None = None,
    currency: str | None = None,
    everything: bool = False,
    doing: Callable[[str], None] = lambda _words: None,
) -> Settled:
    """Decide every period that is over, then settle what matured, what that adjusted included.

    An edge, as the two it calls; see `settle` for what it is given; `doing` is told what is done now.
    An adjusting line written now matures now at the earliest, so a settlement of what matured by an earlier `until`
    leaves it to the next.
    """
    doing("Deciding what is over")
    adjusted = close_periods(
        engine, now=now, progress=lambda done: doing(f"Deciding what is over: {done} decisions")
    ).lines
    runs = settle(
        engine, actor=actor, now=now, until=until, currency=currency, everything=everything, doing=doing
    )
    return Settled(adjusted, tuple(runs))
