"""Makes copies of people's data, and carries closings on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from distribution.db import transaction
from distribution.leaving import close, export
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Variable
from jobs.resources import Resources
from jobs.tracked import tracked


@tracked("make_exports")
def make_exports(given: Resources) -> dict[str, Any] | None:
    """Make every copy that waits."""
    if Variable.ENCRYPTION_KEYS not in given.settings:
        return None
    return make_waiting(given.engine, Cipher(given.settings.encryption_keys))


@tracked("close_accounts")
def close_accounts(given: Resources) -> dict[str, Any] | None:
    """Look at every closing whose waiting days are over."""
    if Variable.ENCRYPTION_KEYS not in given.settings:
        return None
    return go_on_with_due(given.engine, Cipher(given.settings.encryption_keys), now=datetime.now(UTC))


def make_waiting(engine: Engine, cipher: Cipher) -> dict[str, Any] | None:
    """Each in a transaction of its own: one that fails is raised once all others are made."""
    with transaction(engine) as session:
        waiting = export.waiting(session)
    refused: list[Exception] = []
    for export_id in waiting:
        try:
            with transaction(engine) as session:
                export.make(session, export_id, cipher=cipher, now=datetime.now(UTC))
        except Exception as error:
            refused.append(error)
    _raise_first(refused)
    return {"made": len(waiting)} if waiting else None


def go_on_with_due(engine: Engine, cipher: Cipher, *, now: datetime) -> dict[str, Any] | None:
    """Each in a transaction of its own: one that fails is raised once all others were looked at."""
    with transaction(engine) as session:
        people = close.due(session, now=now)
    ended = 0
    refused: list[Exception] = []
    for person in people:
        try:
            with transaction(engine) as session:
                ended += close.go_on(session, person, cipher=cipher, now=now)
        except Exception as error:
            refused.append(error)
    _raise_first(refused)
    return {"looked_at": len(people), "ended": ended} if people else None


def _raise_first(refused: Iterable[Exception]) -> None:
    for error in refused:
        raise error
