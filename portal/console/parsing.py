"""What forms carry beside their fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext

MOST_CHOSEN = 200
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Decided:
    """What a list's form approves or rejects, and why; `problem` says in words what is missing, else it is empty."""

    ids: list[UUID]
    rejects: bool
    reason: str

    @property
    def problem(self) -> str:
        """Words for what is still to be said."""
        if not self.ids:
            return gettext("Choose at least one.")
        return gettext("Say why, in a few words.") if self.rejects and not self.reason else ""


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


def decided() -> Decided:
    """The ticked rows with the act chosen for them, or the one row whose own button approves it."""
    one = chosen_ids("approve_one")
    return Decided(
        ids=one or chosen_ids("ids"),
        rejects=request.form.get("act") == "reject" and "approve_one" not in request.form,
        reason=" ".join(request.form.get("reason", "").split())[:_LONGEST_REASON],
    )


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
