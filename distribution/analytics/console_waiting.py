"""How many things wait for a person of the merchant's: the numbers beside the console's navigation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

STUCK_ATTEMPTS = 3
"""A signal tried this often without success needs a look."""

_WAITING = text(
    """
    SELECT
        (SELECT count(*) FROM distribution.distributors WHERE status = 'applied') AS applications,
        (SELECT count(*) FROM distribution.withdrawals WHERE state IN ('requested', 'approved_once'))
            AS withdrawals,
        (SELECT count(*) FROM distribution.withdrawals WHERE state = 'unknown') AS payouts_unknown,
        (SELECT count(*) FROM distribution.settlement_runs WHERE review AND closed_at IS NULL) AS settlements,
        -- Chained tables are numbered without gaps, and each adjustment is decided once.
        (SELECT coalesce(max(number), 0) FROM distribution.adjustments)
            - (SELECT coalesce(max(number), 0) FROM distribution.adjustment_decisions) AS adjustments,
        (SELECT count(*) FROM distribution.inbox WHERE attempts >= :stuck) AS signals,
        (SELECT count(*) FROM distribution.bad_snapshots WHERE resolved_at IS NULL) AS snapshots,
        (SELECT count(*) FROM distribution.outbox WHERE failed_at IS NOT NULL AND done_at IS NULL) AS effects,
        (SELECT count(*) FROM distribution.page_versions WHERE state = 'pending')
            + (SELECT count(*) FROM distribution.page_reports WHERE closed_at IS NULL) AS pages
    """
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, by kind."""

    applications: int
    withdrawals: int
    payouts_unknown: int
    settlements: int
    adjustments: int
    signals: int
    snapshots: int
    effects: int
    pages: int

    @property
    def errors(self) -> int:
        """Everything that went wrong between the shop and us and did not mend itself."""
        return self.signals + self.snapshots + self.effects


def waiting(session: Session) -> Waiting:
    """What waits now."""
    row = session.execute(_WAITING, {"stuck": STUCK_ATTEMPTS}).one()
    return Waiting(*row)
