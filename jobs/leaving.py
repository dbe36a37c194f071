"""Makes copies of people's data, and carries closings on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from distribution.db import transaction
from distribution.leaving import close, export
from distribution.privacy.encryption import Cipher
from distribution.settings.environment import Variable
from jobs.resources import Resources
from jobs.tracked import tracked


@tracked("make_exports")
def make_exports(given: Resources) -> dict[str, Any] | None:
    """Make every copy that waits, each in a transaction of its own."""
    if Variable.ENCRYPTION_KEYS not in given.settings:
        return None
    with transaction(given.engine) as session:
        waiting = export.waiting(session)
    for export_id in waiting:
        with transaction(given.engine) as session:
            export.make(session, export_id, cipher=_cipher(given), now=datetime.now(UTC))
    return {"made": len(waiting)} if waiting else None


@tracked("close_accounts")
def close_accounts(given: Resources) -> dict[str, Any] | None:
    """Look at every closing whose waiting days are over."""
    if Variable.ENCRYPTION_KEYS not in given.settings:
        return None
    now = datetime.now(UTC)
    with transaction(given.engine) as session:
        people = close.due(session, now=now)
    ended = 0
    for person in people:
        with transaction(given.engine) as session:
            ended += close.go_on(session, person, cipher=_cipher(given), now=now)
    return {"looked_at": len(people), "ended": ended} if people else None


def _cipher(given: Resources) -> Cipher:
    return Cipher(given.settings.encryption_keys)
