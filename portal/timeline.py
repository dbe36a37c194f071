"""The way of a withdrawal as steps, and what a step is, for the timeline component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from portal.formatting import minute
from portal.words import WITHDRAWAL_STATES


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One step: what, when if it has happened, and whether that was good (`done`), `bad`, comes `next` or later."""

    label: str
    state: str = ""
    at: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a withdrawal."""

    state: str
    at: datetime


def withdrawal_timeline(
    events: Sequence[Happened],
    reason: str | None,
    *,
    due_at: datetime | None = None,
    approvals_needed: int = 1,
) -> list[TimelineItem]:
    """Every state so far, and the ones still to come, the last of them with the time it is promised by."""
    bad = {"rejected", "cancelled", "failed"}
    items = [
        TimelineItem(
            str(WITHDRAWAL_STATES[event.state][0]),
            "bad" if event.state in bad else "done",
            minute(event.at),
            reason if event.state in bad else None,
        )
        for event in events
    ]
    last = events[-1].state if events else "requested"
    if last not in bad | {"paid"}:
        known = {event.state for event in events}
        first = ["approved_once"] if approvals_needed > 1 else []
        promised = None if due_at is None else gettext("promised by %(when)s", when=minute(due_at))
        items += [
            TimelineItem(str(WITHDRAWAL_STATES[state][0]), at=promised if state == "paid" else None)
            for state in (*first, "approved", "paid")
            if state not in known and not (state == "approved_once" and "approved" in known)
        ]
    return items
