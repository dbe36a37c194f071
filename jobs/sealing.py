"""Seals what the ledger and the orders' histories gained."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from distribution.db import transaction
from distribution.sealing.horizon import StillWriting
from distribution.sealing.seal import seal
from jobs.resources import Resources
from jobs.tracked import tracked


@tracked("seal_ledger")
def seal_ledger(given: Resources) -> dict[str, Any] | None:
    """Seal all that was recorded since the last seal; what a long transaction still writes waits for the next time."""
    try:
        with transaction(given.engine) as session:
            seals = seal(session, now=datetime.now(UTC))
    except StillWriting:
        return {"waits": True}
    return {"waits": False, "seal": seals[-1].number} if seals else {"waits": False}
