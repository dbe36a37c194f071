"""Carries out simulations of draft plans that somebody began in the console or by the API."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from distribution.db import transaction
from distribution.simulation.advance import SimulationBusy, advance
from distribution.simulation.read import waiting
from jobs.resources import Resources
from jobs.tracked import tracked

log = logging.getLogger("jobs.simulations")


@tracked("simulate")
def simulate(given: Resources) -> dict[str, Any] | None:
    """Advance every simulation that waits, the oldest first; one that fails keeps why and holds up none."""
    with transaction(given.engine) as session:
        found = waiting(session)
    ended = 0
    for simulation_id in found:
        try:
            advance(given.engine, simulation_id, clock=lambda: datetime.now(UTC))
            ended += 1
        except SimulationBusy:
            log.info("simulation %s is under way already", simulation_id)
        except Exception:
            log.exception("simulation %s failed", simulation_id)
    return {"ended": ended} if found else None
