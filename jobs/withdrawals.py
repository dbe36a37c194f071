"""Looks after the time that withdrawals were promised by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from distribution.db import transaction
from distribution.withdrawal.watch import watch
from jobs.resources import Resources
from jobs.tracked import tracked


@tracked("watch_withdrawals")
def watch_withdrawals(given: Resources) -> dict[str, Any] | None:
    """Tell the merchant's people what became overdue."""
    with transaction(given.engine) as session:
        return {"told_of": watch(session, now=datetime.now(UTC))}
