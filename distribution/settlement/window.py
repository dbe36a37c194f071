"""Which lines a run owns.

Run *k* owns the lines of epoch ≤ *k* that matured by its cutoff, less those of run *k − 1*. Epochs and cutoffs only
grow, so that is two ranges without overlap, each with an index to find it by: lines its predecessor could have seen,
matured since; and lines written since, matured by now.
"""

from __future__ import annotations

from typing import Any

from distribution.settlement.tables import SettlementRun

OWNED_LINES = """
SELECT line.* FROM distribution.commission_lines line
WHERE line.currency = :currency AND line.epoch <= :previous_epoch
    AND line.matures_at > :previous_cutoff_at AND line.matures_at <= :cutoff_at
UNION ALL
SELECT line.* FROM distribution.commission_lines line
WHERE line.currency = :currency AND line.epoch > :previous_epoch AND line.epoch <= :epoch
    AND line.matures_at <= :cutoff_at
"""


def window(run: SettlementRun) -> dict[str, Any]:
    """The parameters of `OWNED_LINES`."""
    return {
        "currency": run.currency,
        "epoch": run.epoch,
        "cutoff_at": run.cutoff_at,
        "previous_epoch": run.previous_epoch,
        # The first run has no predecessor and no line an epoch of 0: its first range is empty either way.
        "previous_cutoff_at": run.previous_cutoff_at or run.cutoff_at,
    }
