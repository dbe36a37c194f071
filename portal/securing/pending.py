"""Between password and code: who gave the right password is remembered for minutes, and is not logged in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import session

from portal.login import leave

LASTS = timedelta(minutes=10)
_KEY = "second_step"


@dataclass(frozen=True, slots=True)
class Pending:
    """Whose code is asked for, and where they go then."""

    person_id: UUID
    session_version: int
    target: str


def ask(person: Any, target: str, *, now: datetime) -> None:
    """Ask for a code next; whoever was logged in here before is not any more."""
    leave()
    session[_KEY] = [person.kind, str(person.id), person.session_version, target, now.timestamp()]


def asked(kind: str, *, now: datetime) -> Pending | None:
    """Who is asked for a code in this browser, unless it was too long ago."""
    kept = session.get(_KEY)
    if not kept or kept[0] != kind or now.timestamp() - kept[4] > LASTS.total_seconds():
        return None
    return Pending(UUID(kept[1]), kept[2], kept[3])


def forget() -> None:
    """Ask for the password again."""
    session.pop(_KEY, None)
