"""Which lines a run owns: commission lines and the adjusting lines of periods alike.

Run *k* owns the lines of epoch ≤ *k* that matured by its cutoff, less those of run *k − 1*. Epochs and cutoffs only
grow, so that is two ranges without overlap, each with an index to find it by: lines its predecessor could have seen,
matured since; and lines written since, matured by now.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from distribution.settlement.tables import SettlementRun

COMMISSION = """
line.order_id, line.number::bigint AS number, line.share_number, line.kind, line.distributor_id, line.amount_minor,
line.matures_at, line.recorded_at, NULL::text AS period, NULL::date AS period_start, NULL::jsonb AS basis
"""
ADJUSTMENT = """
0::bigint, line.number, 0, 'adjustment', line.distributor_id, line.amount_minor,
line.matures_at, line.recorded_at, line.period, line.period_start, line.basis
"""
"""What an adjusting line of a period says beside a commission line: it is of no order."""


def _owned(table: str, columns: str) -> str:
    return f"""
SELECT {columns} FROM distribution.{table} line
WHERE line.currency = :currency AND line.epoch <= :previous_epoch
    AND line.matures_at > :previous_cutoff_at AND line.matures_at <= :cutoff_at
UNION ALL
SELECT {columns} FROM distribution.{table} line
WHERE line.currency = :currency AND line.epoch > :previous_epoch AND line.epoch <= :epoch
    AND line.matures_at <= :cutoff_at
"""


OWNED_LINES = f"{_owned('commission_lines', COMMISSION)} UNION ALL {_owned('period_adjustments', ADJUSTMENT)}"
LINES = """
SELECT distributor_id, currency, amount_minor, matures_at, epoch FROM distribution.commission_lines
UNION ALL
SELECT distributor_id, currency, amount_minor, matures_at, epoch FROM distribution.period_adjustments
"""
"""Everything that somebody earned, whether a run owns it or not."""


def window(run: SettlementRun) -> dict[str, Any]:
    """The parameters of `OWNED_LINES`: what `run` owns."""
    return _between(run, run.previous_epoch, run.previous_cutoff_at)


def window_since(run: SettlementRun, before: SettlementRun | None) -> dict[str, Any]:
    """The same for all that was owned after `before`, from the beginning without one, up to `run`."""
    return _between(run, before.epoch if before else 0, before.cutoff_at if before else None)


def _between(run: SettlementRun, previous_epoch: int, previous_cutoff_at: datetime | None) -> dict[str, Any]:
    return {
        "currency": run.currency,
        "epoch": run.epoch,
        "cutoff_at": run.cutoff_at,
        "previous_epoch": previous_epoch,
        # The first run has no predecessor and no line an epoch of 0: its first range is empty either way.
        "previous_cutoff_at": previous_cutoff_at or run.cutoff_at,
    }
