"""Begins a simulation, and calls one off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.commission.plan.parse import parse
from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.simulation.read import simulation
from distribution.simulation.tables import CANCELLED, RUNNING, Simulation

_COUNT = text(
    "SELECT count(*) FROM distribution.orders WHERE terms_count > 0 AND placed_at < :to_at "
    "AND (CAST(:from_at AS timestamptz) IS NULL OR placed_at >= :from_at)"
)


def start(
    session: Session,
    document: Mapping[str, Any],
    *,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    actor: str,
    now: datetime,
    in_background: bool = False,
) -> Simulation:
    """Begin replaying the orders placed from `from_at` on and before `to_at` (now, if not given) under `document`.

    `advance` carries it out; `in_background` leaves that to a worker. Raises InvalidInput naming the path of what is
    wrong with the plan, or `from` where nothing lies between it and `to`.
    """
    parse(document)
    to_at = to_at or now
    if from_at is not None and from_at >= to_at:
        raise InvalidInput("from: must be earlier than to", field="from", from_at=from_at, to_at=to_at)
    begun = Simulation(
        id=new_id(),
        document=dict(document),
        from_at=from_at,
        to_at=to_at,
        in_background=in_background,
        status=RUNNING,
        orders_done=0,
        orders_total=session.execute(_COUNT, {"from_at": from_at, "to_at": to_at}).scalar_one(),
        actor=actor,
        started_at=now,
        heartbeat_at=now,
    )
    session.add(begun)
    session.flush()
    record(
        session,
        actor=actor,
        action="simulation.start",
        subject_type="simulation",
        subject_id=begun.id,
        now=now,
        after={
            "plan": document.get("name"),
            "from": None if from_at is None else from_at.isoformat(),
            "to": to_at.isoformat(),
        },
    )
    return begun


def cancel(session: Session, simulation_id: UUID, *, actor: str, now: datetime) -> Simulation:
    """Call off a simulation that is under way; one that has ended stays as it is."""
    found = simulation(session, simulation_id, for_update=True)
    if found.status == RUNNING:
        found.status, found.finished_at, found.state = CANCELLED, now, None
        record(
            session,
            actor=actor,
            action="simulation.cancel",
            subject_type="simulation",
            subject_id=found.id,
            now=now,
        )
        session.flush()
    return found
