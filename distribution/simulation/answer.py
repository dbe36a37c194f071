"""A simulation as the API and the command line answer it: amounts as decimal text of their currency."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.money import to_decimal_text
from distribution.simulation.read import people_of, simulation
from distribution.simulation.tables import Simulation

HEAD = ("distributor_id", "name", "currency", "orders", "amount", "potential", "recorded", "difference")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_answer(found: Simulation) -> dict[str, Any]:
    """How far a simulation is, and what it came to once it is done."""
    result = found.result
    return {
        "id": str(found.id),
        "status": found.status,
        "plan": str(found.document.get("name")),
        "from": _text(found.from_at),
        "to": _text(found.to_at),
        "orders_done": found.orders_done,
        "orders_total": found.orders_total,
        "started_at": _text(found.started_at),
        "finished_at": _text(found.finished_at),
        "error": found.error,
        "result": None
        if result is None
        else {**result, "currencies": [_decimal(each, each["currency"]) for each in result["currencies"]]},
    }


def people_csv(session: Session, simulation_id: UUID) -> str:
    """Everybody of a simulation as a table; empty but for its head until the simulation is done.

    No cell begins as a formula does: names are what people call themselves. Raises SimulationNotFound.
    """
    simulation(session, simulation_id)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for row in people_of(session, simulation_id):
        amounts = (row.amount_minor, row.potential_minor, row.recorded_minor, row.difference_minor)
        writer.writerow(
            (
                row.distributor_id,
                f"'{row.name}" if row.name.startswith(_FORMULA) else row.name,
                *(row.currency, row.orders),
                *(to_decimal_text(amount_minor, row.currency) for amount_minor in amounts),
            )
        )
    return text.getvalue()


def _decimal(value: Any, currency: str) -> Any:
    """The same with decimal text, without the suffix, for each amount in minor units."""
    if isinstance(value, Mapping):
        return {
            name.removesuffix("_minor"): to_decimal_text(each, currency)
            if name.endswith("_minor")
            else _decimal(each, currency)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_decimal(each, currency) for each in value]
    return value


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
