"""Sums of the lines of epochs that are over, so that a page about all of them reads a few thousand rows."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.settlement.epoch import advance_epoch, close_epoch
from distribution.settlement.window import LINES

ENOUGH_LINES = 50_000
"""So many lines of the present epoch are read at a glance; with more of them it is worth ending."""

_MARK = "SELECT epoch FROM distribution.line_sum_marks"
_HELD_MARK = text(f"{_MARK} FOR UPDATE")
_READ_MARK = text(_MARK)
_ARE_ENOUGH = text("""
SELECT count(*) = :enough FROM (
    SELECT FROM distribution.commission_lines
    WHERE epoch >= (SELECT epoch FROM distribution.settlement_epochs) LIMIT :enough
) AS present
""")
_OVER = text("SELECT epoch - 1 FROM distribution.settlement_epochs")
_FOLD = text(f"""
INSERT INTO distribution.line_sums (currency, epoch, matures_hour, line_count, accrued_minor, reversed_minor)
SELECT currency, epoch, date_trunc('hour', matures_at, 'UTC'), count(*),
    sum(greatest(amount_minor, 0)), sum(least(amount_minor, 0))
FROM ({LINES}) AS line WHERE epoch > :after AND epoch <= :over GROUP BY 1, 2, 3
""")
_MOVE_MARK = text("UPDATE distribution.line_sum_marks SET epoch = :over")


def end_epoch(session: Session, *, enough: int = ENOUGH_LINES) -> bool:
    """End the present epoch once it has `enough` lines, as a settlement run would; whether it did.

    Keeps writers out for a moment, and nothing else may follow in the transaction. Raises WritersBusy.
    """
    if not session.execute(_ARE_ENOUGH, {"enough": enough}).scalar_one():
        return False
    close_epoch(session)
    advance_epoch(session)
    return True


def fold_lines(session: Session) -> int:
    """Sum the lines of the epochs that ended since the last time; how many epochs those were.

    Whoever advanced the epoch had waited for everybody who wrote lines of the one before: none comes later.
    """
    after: int = session.execute(_HELD_MARK).scalar_one()
    # Its own statement: the next one sees every line of an epoch that is over here.
    over: int = session.execute(_OVER).scalar_one()
    if over > after:
        session.execute(_FOLD, {"after": after, "over": over})
        session.execute(_MOVE_MARK, {"over": over})
    return over - after


def folded(session: Session) -> int:
    """The last epoch whose lines are summed, 0 before the first."""
    found: int = session.execute(_READ_MARK).scalar_one()
    return found
