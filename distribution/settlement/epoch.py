"""The settlement epoch: advanced by a run, read under the shared side of the same lock by whoever writes lines.

The lock and the reading must be two statements, here and in `commission.reading`. A statement sees the database as it
was when the statement began, and waiting for a lock inside it does not move that moment: a writer's
`SELECT pg_advisory_xact_lock_shared(…), epoch …` that waits for a run would come back with the epoch from before the
run, its line would belong to a run that has already counted, and would never be paid. A second statement, begun under
READ COMMITTED once the lock is held, sees what the run committed. At REPEATABLE READ all statements look through the
first one, so neither side may run at it.
"""

from __future__ import annotations

import psycopg.errors
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from distribution.errors import Conflict

_EXCLUSIVE = text("SELECT pg_advisory_xact_lock(7305811940226004)")
_READ = text("SELECT epoch FROM distribution.settlement_epochs")
_ADVANCE = text("UPDATE distribution.settlement_epochs SET epoch = epoch + 1 RETURNING epoch")


class WritersBusy(Conflict):
    """Transactions that write commission lines did not end in time; nothing was done, try again."""

    code = "writers_busy"


def close_epoch(session: Session) -> int:
    """Wait for every writer, keep new ones waiting until the transaction ends, and return the epoch they all had.

    Raises WritersBusy when one of them holds on for longer than the lock time-out.
    """
    try:
        session.execute(_EXCLUSIVE)
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise WritersBusy("commission is being recorded without a pause; try again") from error
        raise
    epoch: int = session.execute(_READ).scalar_one()
    return epoch


def advance_epoch(session: Session) -> None:
    """Give the lines written from now on the next epoch; only under the lock that `close_epoch` took."""
    session.execute(_ADVANCE)
