"""What forms carry beside their fields."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request

MOST_CHOSEN = 200


def asked_id(name: str) -> UUID | None:
    """An id of the address; None when there is none, or it is no id."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def chosen_ids(name: str) -> list[UUID]:
    """The ids of a list's ticked rows, each once."""
    found = []
    for text in dict.fromkeys(request.form.getlist(name)[:MOST_CHOSEN]):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def chosen_numbers(name: str) -> list[int]:
    """The same for rows that are numbered."""
    texts = dict.fromkeys(request.form.getlist(name)[:MOST_CHOSEN])
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def local_moment(text: str, zone: str) -> datetime | None:
    """The moment that a date and time of a form mean in the program's time zone."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if local.tzinfo is None else local
