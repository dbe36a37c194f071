"""Settling: finishes what was interrupted, then opens and closes a run of each currency that has due lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from distribution.db import transaction
from distribution.settings import program
from distribution.settlement.approval import missing_approvals
from distribution.settlement.run import close_run, open_run, without_smallest
from distribution.settlement.tables import SettlementRun

# One index probe a currency, not one pass over all lines.
_PROBES = " UNION ALL ".join(
    f"(SELECT currency FROM distribution.{table} WHERE currency > {{after}} ORDER BY currency LIMIT 1)"
    for table in ("commission_lines", "period_adjustments")
)
_CURRENCIES = text(f"""
WITH RECURSIVE known AS (
    SELECT min(currency) AS currency FROM ({_PROBES.format(after="''")}) AS first
    UNION ALL
    SELECT (SELECT min(currency) FROM ({_PROBES.format(after="known.currency")}) AS next)
    FROM known WHERE known.currency IS NOT NULL
)
SELECT currency FROM known WHERE currency IS NOT NULL
""")


def settle(
    engine: Engine,
    *,
    actor: str,
    now: datetime,
    until: datetime | None = None,
    currency: str | None = None,
    everything: bool = False,
    doing: Callable[[str], None] = lambda _words: None,
) -> list[SettlementRun]:
    """Settle every line that matured by `until` (now, if not given), of one currency or of all; returns the runs.

    By the program's rules: what is below the smallest amount waits, unless `everything` is settled; under review the
    runs are prepared and returned open, for `approve_run` and then `close_run`.

    `doing` is told what is done now.

    This is an edge: it takes the engine because a run is two transactions. The first, short one keeps writers of
    commission lines out; the second writes the statements while they go on. Killed between the two, or inside
    either, the next call finishes the same run with the same lines. Raises what `open_run` raises.
    """
    with transaction(engine) as session:
        rules = without_smallest(program.read(session)) if everything else program.read(session)
    settled = [_close(engine, run, now=now) for run in _interrupted(engine, currency)]
    for each in _currencies(engine) if currency is None else [currency]:
        doing(f"Settling {each}")
        with transaction(engine) as session:
            opened = open_run(session, currency=each, until=until or now, actor=actor, now=now, program=rules)
            waits = opened is not None and missing_approvals(session, opened) > 0
        if opened is not None:
            settled.append(opened if waits else _close(engine, opened, now=now))
    return settled


def _interrupted(engine: Engine, currency: str | None) -> list[SettlementRun]:
    with transaction(engine) as session:
        return [run for run in open_runs(session, currency) if not missing_approvals(session, run)]


def open_runs(session: Session, currency: str | None = None) -> list[SettlementRun]:
    """Runs opened and not yet closed: in the making, interrupted, or waiting for approval."""
    query = select(SettlementRun).where(SettlementRun.closed_at.is_(None)).order_by(SettlementRun.id)
    if currency is not None:
        query = query.where(SettlementRun.currency == currency)
    return list(session.scalars(query))


def currencies(session: Session) -> list[str]:
    """Every currency somebody earned in."""
    return list(session.scalars(_CURRENCIES))


def _currencies(engine: Engine) -> list[str]:
    with transaction(engine) as session:
        return currencies(session)


def _close(engine: Engine, run: SettlementRun, *, now: datetime) -> SettlementRun:
    with transaction(engine) as session:
        return close_run(session, run.id, now=now)
