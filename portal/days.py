"""Days that somebody asks for in an address."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import request

from distribution.ledger.export import Days
from portal.database import program_settings

EARLIEST_YEAR, LATEST_YEAR = 1971, 8999


def asked_day(name: str) -> date | None:
    """A day of the address; None when there is none, or it is no day that anybody can mean."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


def asked_days() -> Days:
    """The days from `from` to the end of `to`, in the shop's zone; without one of them they have no such end."""
    return Days(ZoneInfo(program_settings().time_zone), asked_day("from"), asked_day("to"))
