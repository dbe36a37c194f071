"""Carries a simulation out, page by page; killed anywhere, the next call goes on where the last checkpoint was."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import psycopg
from sqlalchemy import Engine, update
from sqlalchemy.exc import OperationalError

from distribution.db import transaction
from distribution.errors import Conflict
from distribution.runs.alone import alone
from distribution.simulation.finish import finish
from distribution.simulation.prepare import Run, prepare
from distribution.simulation.read import simulation
from distribution.simulation.reading import Page, read_page
from distribution.simulation.tables import CANCELLED, DONE, FAILED, RUNNING, Simulation

PAGE_ORDERS = 1_000
CHECKPOINT_ORDERS = 5_000

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]


class SimulationBusy(Conflict):
    """Somebody else carries this simulation out at this moment."""

    code = "simulation_busy"

    def __init__(self, simulation_id: UUID) -> None:
        super().__init__(f"simulation {simulation_id} is under way elsewhere", simulation_id=simulation_id)


def advance(
    engine: Engine,
    simulation_id: UUID,
    *,
    clock: Clock,
    progress: Progress = lambda _done, _total: None,
    page_orders: int = PAGE_ORDERS,
    checkpoint_orders: int = CHECKPOINT_ORDERS,
) -> Simulation:
    """Replay what is left of a simulation, and write its result; returns it as it stands then.

    This is an edge: it takes the engine because each page is read, and each checkpoint written, in a transaction of its
    own. Interrupted, it stays `running` and may be advanced again with the same outcome; called off meanwhile, it stops
    at the next checkpoint; an error is kept with it and raised. Raises SimulationNotFound and SimulationBusy.
    """
    with alone(engine, f"simulation {simulation_id}") as ours:
        if not ours:
            raise SimulationBusy(simulation_id)
        with transaction(engine) as session:
            found = simulation(session, simulation_id, for_update=True)
            if found.status in (DONE, CANCELLED):
                return found
            found.status, found.error, found.finished_at = RUNNING, None, None
            total = found.orders_total
        try:
            run = prepare(engine, simulation_id)
            for page in _pages(engine, run, page_orders):
                run.replay.add(page)
                run.cursor, run.done = page.cursor, run.done + len(page.orders)
                progress(run.done, max(run.done, total))
                if run.done - run.saved >= checkpoint_orders and not _save(engine, run, now=clock()):
                    break
            else:
                with transaction(engine) as session:
                    finish(session, run, now=clock())
        except (OperationalError, psycopg.OperationalError):
            # A database that was away is no fault of the simulation: it can go on.
            raise
        except Exception as error:
            _failed(engine, simulation_id, error, now=clock())
            raise
        with transaction(engine) as session:
            return simulation(session, simulation_id)


def _pages(engine: Engine, run: Run, most: int) -> Iterator[Page]:
    """The pages that are left; while one is computed with, the next is read."""
    with _reader(engine) as read, ThreadPoolExecutor(max_workers=1) as beside:

        def next_page() -> Future[Page]:
            return beside.submit(
                lambda: read(
                    lambda connection: read_page(
                        connection, cursor, to_at=run.to_at, most=most, time_zone=run.time_zone
                    )
                )
            )

        cursor = run.cursor
        coming = next_page()
        while (page := coming.result()).orders:
            cursor = page.cursor
            coming = next_page()
            yield page


@contextmanager
def _reader(engine: Engine) -> Iterator[Callable[[Callable[[psycopg.Connection[object]], Page]], Page]]:
    """A connection on which each page is one state of the database."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:

        def read(work: Callable[[psycopg.Connection[object]], Page]) -> Page:
            with connection.begin():
                driver = connection.connection.driver_connection
                assert isinstance(driver, psycopg.Connection)
                return work(driver)

        yield read


def _save(engine: Engine, run: Run, *, now: datetime) -> bool:
    """Write a checkpoint; False when the simulation was called off."""
    state = zlib.compress(json.dumps(run.to_json(), separators=(",", ":")).encode(), 1)
    values = {"state": state, "orders_done": run.done, "heartbeat_at": now}
    open_one = update(Simulation).where(Simulation.id == run.simulation_id, Simulation.status == RUNNING)
    with transaction(engine) as session:
        kept = session.execute(open_one.values(**values).returning(Simulation.id)).first()
    run.saved = run.done
    return kept is not None


def _failed(engine: Engine, simulation_id: UUID, error: Exception, *, now: datetime) -> None:
    values = {"status": FAILED, "error": f"{type(error).__name__}: {error}"[:1_000], "finished_at": now}
    open_one = update(Simulation).where(Simulation.id == simulation_id, Simulation.status == RUNNING)
    with transaction(engine) as session:
        session.execute(open_one.values(**values))
