"""Reads simulations: how far one is, what it came to, and every person of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from distribution.errors import NotFound
from distribution.network.tables import Distributor
from distribution.simulation.tables import RUNNING, SimulatedDistributor, Simulation


class SimulationNotFound(NotFound):
    """There is no such simulation."""

    def __init__(self, simulation_id: UUID) -> None:
        super().__init__(f"there is no simulation {simulation_id}", simulation_id=simulation_id)


class PersonRow(NamedTuple):
    """One line of the table of everybody: what they earn under the draft and what is recorded for them."""

    distributor_id: UUID
    name: str
    currency: str
    orders: int
    amount_minor: int
    potential_minor: int
    recorded_minor: int

    @property
    def difference_minor(self) -> int:
        """What the draft changes."""
        return self.amount_minor - self.recorded_minor


def simulation(session: Session, simulation_id: UUID, *, for_update: bool = False) -> Simulation:
    """A simulation; raises SimulationNotFound."""
    query = select(Simulation).where(Simulation.id == simulation_id).options(defer(Simulation.state))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise SimulationNotFound(simulation_id)
    return found


def simulations(session: Session, *, limit: int = 20) -> list[Simulation]:
    """The newest simulations."""
    newest = select(Simulation).order_by(Simulation.started_at.desc(), Simulation.id.desc()).limit(limit)
    return list(session.scalars(newest.options(defer(Simulation.state))))


def waiting(session: Session) -> list[UUID]:
    """Those that a worker has to carry out, the oldest first."""
    open_ones = select(Simulation.id).where(Simulation.status == RUNNING, Simulation.in_background)
    return list(session.scalars(open_ones.order_by(Simulation.started_at, Simulation.id)))


def people_of(session: Session, simulation_id: UUID) -> Iterator[PersonRow]:
    """Everybody of a finished simulation by currency, those whom the draft changes most first."""
    row = SimulatedDistributor
    change = func.abs(row.amount_minor - row.recorded_minor)
    query = (
        select(
            *(row.distributor_id, Distributor.name, row.currency, row.orders),
            *(row.amount_minor, row.potential_minor, row.recorded_minor),
        )
        .join(Distributor, Distributor.id == row.distributor_id)
        .where(row.simulation_id == simulation_id)
        .order_by(row.currency, change.desc(), row.distributor_id)
    )
    for found in session.execute(query.execution_options(yield_per=1_000)):
        yield PersonRow(*found)


def names_of(session: Session, distributor_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of some distributors."""
    wanted = select(Distributor.id, Distributor.name).where(Distributor.id.in_(distributor_ids))
    return {row.id: row.name for row in session.execute(wanted)}
