"""Makes a simulation ready to go on: the draft compiled, the histories read, sums as of where it stands."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, undefer

from distribution.commission.accrue import raw
from distribution.commission.counting.months import month_of
from distribution.commission.periods.span import span_of
from distribution.commission.plan.built_in import BUILT_IN_NUMBER
from distribution.commission.plan.compiled import CompiledPlan, compile_plan
from distribution.commission.plan.parse import parse
from distribution.commission.plan.rules import PERIODS
from distribution.commission.tables import Counting, PlanVersion
from distribution.db import transaction
from distribution.settings import program
from distribution.simulation import before, histories
from distribution.simulation.counted import Counted, Credited
from distribution.simulation.facts import Known
from distribution.simulation.months import Calendar
from distribution.simulation.periods import periods_of
from distribution.simulation.reading import BEGINNING, Cursor
from distribution.simulation.replay import Replay
from distribution.simulation.tables import Simulation
from distribution.simulation.tally import Tally

# Sales of years take longer to add up than any page may take.
_PATIENCE = text("SET LOCAL statement_timeout = '15min'")


@dataclass(slots=True)
class Run:
    """A simulation on its way; `done` orders are replayed, `saved` of them in the last checkpoint."""

    simulation_id: UUID
    from_at: datetime | None
    to_at: datetime
    time_zone: str
    calendar: Calendar
    replay: Replay
    known: Known
    cursor: Cursor
    done: int = 0
    saved: int = 0

    def to_json(self) -> dict[str, Any]:
        """What a checkpoint holds."""
        return {
            "cursor": [self.cursor[0].isoformat(), self.cursor[1]],
            "time_zone": self.time_zone,
            "earned": self.known.counted.to_json(),
            "tallies": {currency: tally.to_json() for currency, tally in self.replay.tallies.items()},
        }


def prepare(engine: Engine, simulation_id: UUID) -> Run:
    """A simulation as of its last checkpoint, or its beginning."""
    with transaction(engine) as session:
        session.execute(_PATIENCE)
        found = session.get_one(Simulation, simulation_id, options=[undefer(Simulation.state)])
        state = None if found.state is None else json.loads(zlib.decompress(found.state))
        plan = compile_plan(parse(found.document))
        zone = _zone(session) if state is None else str(state["time_zone"])
        calendar = Calendar(ZoneInfo(zone), found.from_at, min(found.to_at, found.started_at))
        cursor: Cursor = (found.from_at, 0) if found.from_at is not None else BEGINNING
        if state is not None:
            cursor = datetime.fromisoformat(state["cursor"][0]), state["cursor"][1]
        known = _known(session, plan, found, cursor, zone, fresh=state is None)
        replay = Replay(plan, calendar, known, periods_of(plan, ZoneInfo(zone)))
        if state is not None:
            known.counted.read_json(state["earned"])
            replay.tallies = {
                currency: Tally.read_json(tally) for currency, tally in state["tallies"].items()
            }
        done = found.orders_done if state is not None else 0
        return Run(
            simulation_id, found.from_at, found.to_at, zone, calendar, replay, known, cursor, done, done
        )


def _zone(session: Session) -> str:
    """The calendar of the counters, or of the program where nothing is counted yet."""
    counting = session.get(Counting, 1)
    return program.read(session).time_zone if counting is None else counting.time_zone


def _known(
    session: Session, plan: CompiledPlan, found: Simulation, cursor: Cursor, zone: str, *, fresh: bool
) -> Known:
    connection = raw(session)
    known = Known(
        grades=histories.grades(connection),
        groups=histories.groups(connection),
        stages=histories.stages(connection),
        counted=Counted(plan.needs),
        credited=Credited(),
        credited_kept=_credited_kept(session),
        sold={},
    )
    if cursor != BEGINNING:
        _count_before(connection, plan, known, cursor, zone, fresh=fresh)
    if any(rate.value.tiers is not None and rate.value.tiers.mode == "whole" for rate in plan.plan.rates):
        since = found.from_at or BEGINNING[0]
        known.sold = {
            (kind, currency, month, who): amount_minor
            for kind, currency, month, who, amount_minor in before.sales_of(
                connection, since, found.to_at, zone
            )
        }
    return known


def _count_before(
    connection: psycopg.Connection[Any],
    plan: CompiledPlan,
    known: Known,
    cursor: Cursor,
    zone: str,
    *,
    fresh: bool,
) -> None:
    calendar = ZoneInfo(zone)
    month = month_of(cursor[0], calendar)
    known.counted.turn_to(month)
    named = {name.rpartition("/")[2] for name in plan.needs.sales} | set(plan.needs.earned)
    longest = next((period for period in reversed(PERIODS) if period in named), None)
    if longest is not None:
        since = span_of(month, longest).bounds(calendar)[0]
        if plan.needs.sales:
            known.counted.begin(before.sales_before(connection, since, cursor, zone))
        # Before the range the recorded claims hold; what the draft claims since is in the checkpoint.
        if plan.needs.earned and fresh:
            known.counted.begin(before.claims_before(connection, since, cursor, zone))
    if plan.needs.credited:
        known.credited.begin(before.credited_before(connection, cursor))


def _credited_kept(session: Session) -> Callable[[int], bool]:
    documents: dict[int, bool] = {
        version.number: compile_plan(parse(version.document, version.number)).needs.credited
        for version in session.query(PlanVersion)
    }

    @cache
    def kept(number: int) -> bool:
        return number != BUILT_IN_NUMBER and documents.get(number, False)

    return kept
