"""A settlement run, in two transactions: opened, which fixes the lines it owns, then closed with its statements."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import InvalidInput, NotFound
from distribution.outbox import ask
from distribution.settings.document import ProgramSettings
from distribution.settlement import tax
from distribution.settlement.approval import AwaitsApproval, missing_approvals
from distribution.settlement.close import write_statements
from distribution.settlement.epoch import advance_epoch, close_epoch
from distribution.settlement.tables import SettlementRun
from distribution.settlement.telling import TELL_RUN
from distribution.settlement.totals import is_any, parameters
from distribution.settlement.window import OWNED_LINES

# The engine's time-outs are meant for pages; who closes the same run second waits for the first.
_PATIENCE = text(
    "SELECT set_config('statement_timeout', '15min', true), set_config('lock_timeout', '15min', true)"
)
_ANY_OWNED = text(f"""
SELECT EXISTS ({OWNED_LINES}) OR EXISTS (
    SELECT FROM distribution.settlement_carries carry
    JOIN distribution.settlement_runs run ON run.id = carry.run_id
    WHERE run.currency = :currency AND run.number = :previous_number
)
""")
_NEWEST = select(SettlementRun).order_by(SettlementRun.number.desc()).limit(1)
EVERY_EPOCH = 2**63 - 1
"""As the epoch of a run that is never written: all lines there are."""
BY_ITSELF = ProgramSettings()
"""Everybody's total, without a review or tax."""


def open_run(
    session: Session,
    *,
    currency: str,
    until: datetime,
    actor: str,
    now: datetime,
    program: ProgramSettings = BY_ITSELF,
) -> SettlementRun | None:
    """Fix which lines the next run of a currency owns, those written so far that matured by `until`, and its rules.

    Returns the open run where there is one, None when no statement is due. The cutoff never goes back behind that of
    the run before. Raises InvalidInput when `until` is in the future, WritersBusy when writers do not end.
    """
    if until > now:
        raise InvalidInput("a settlement cannot reach into the future", field="until", until=until, now=now)
    if program.settlement.smallest_minor.get(currency):
        # Summing takes a while: done before writers are kept out. What they add meanwhile has time until the next run.
        likely = next_run(
            session, currency=currency, until=until, epoch=EVERY_EPOCH, now=now, program=program
        )
        if not is_any(session, likely):
            return _open(session, currency)
    epoch = close_epoch(session)
    if (found := _open(session, currency)) is not None:
        return found
    run = next_run(
        session, currency=currency, until=until, epoch=epoch, now=now, actor=actor, program=program
    )
    if not session.execute(_ANY_OWNED, parameters(run)).scalar_one():
        return None
    session.add(run)
    advance_epoch(session)
    session.flush()
    return run


def next_run(
    session: Session,
    *,
    currency: str,
    until: datetime,
    epoch: int,
    now: datetime,
    actor: str = "",
    program: ProgramSettings = BY_ITSELF,
) -> SettlementRun:
    """The run that would follow the last closed one; not written."""
    last = session.execute(
        _NEWEST.where(SettlementRun.currency == currency, SettlementRun.closed_at.is_not(None))
    ).scalar_one_or_none()
    rules = program.settlement
    cutoff_at = max(until, last.cutoff_at) if last else until
    return SettlementRun(
        id=new_id(),
        currency=currency,
        number=last.number + 1 if last else 1,
        epoch=epoch,
        cutoff_at=cutoff_at,
        previous_epoch=last.epoch if last else 0,
        previous_cutoff_at=last.cutoff_at if last else None,
        opened_at=now,
        actor=actor,
        smallest_minor=rules.smallest_minor.get(currency) or None,
        review=rules.review,
        second_person_above_minor=rules.second_person_above_minor.get(currency) if rules.review else None,
        tax_year=tax.year_of(cutoff_at, program.time_zone),
        tax=tax.fixed(program),
    )


def without_smallest(program: ProgramSettings) -> ProgramSettings:
    """The program as it would be if no amount were too small."""
    return program.model_copy(
        update={"settlement": program.settlement.model_copy(update={"smallest_minor": {}})}
    )


def _open(session: Session, currency: str) -> SettlementRun | None:
    return session.execute(
        _NEWEST.where(SettlementRun.currency == currency, SettlementRun.closed_at.is_(None))
    ).scalar_one_or_none()


def close_run(session: Session, run_id: UUID, *, now: datetime) -> SettlementRun:
    """Write the statements and transfers of an open run; a closed one is returned as it is.

    Killed anywhere it leaves nothing, and closed again it finds the same lines. Two at once: the second waits.
    Raises AwaitsApproval where the run is reviewed and was not approved by as many people as it needs.
    """
    session.execute(_PATIENCE)
    run = session.execute(
        select(SettlementRun)
        .where(SettlementRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if run is None:
        raise NotFound("there is no such settlement run", run_id=run_id)
    if run.closed_at is not None:
        return run
    if (missing := missing_approvals(session, run)) > 0:
        raise AwaitsApproval(missing)
    totals = write_statements(session, run, now=now)
    run.statement_count = totals.statements
    run.line_count = totals.lines
    run.credited_minor = totals.credited_minor
    run.debited_minor = totals.debited_minor
    run.closed_at = now
    session.flush()
    ask(session, kind=TELL_RUN, dedupe_key=f"tell-{run.id}", payload={"run_id": str(run.id)}, due_at=now)
    record(
        session,
        actor=run.actor,
        action="settlement_run.close",
        subject_type="settlement_run",
        subject_id=run.id,
        now=now,
        after={
            "currency": run.currency,
            "number": run.number,
            "cutoff_at": run.cutoff_at.isoformat(),
            "statement_count": totals.statements,
            "line_count": totals.lines,
            "credited_minor": totals.credited_minor,
            "debited_minor": totals.debited_minor,
        },
    )
    return run
