"""Brings what is not settled yet to when it matures by what stands decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from distribution.audit.chain import append_all
from distribution.commission.accrue import raw
from distribution.commission.append import Appendix
from distribution.commission.once_more import once_more
from distribution.commission.periods.moved import moved
from distribution.commission.reading import EPOCH_LOCK, read
from distribution.commission.receipt.read import receipts_of
from distribution.commission.review.read import standing
from distribution.commission.review.rule import Reviews, Standing
from distribution.commission.writing import write
from distribution.db.arrays import array
from distribution.errors import Conflict
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.state import from_state

# Whoever writes commission holds the shared side of this lock first: nothing of a distributor slips in between.
_KEEP_WRITERS_OUT = text(f"SELECT pg_advisory_xact_lock({EPOCH_LOCK})")
_EPOCH = text("SELECT epoch FROM distribution.settlement_epochs")
_UNSETTLED_ORDERS = text("""
WITH windows AS (
    SELECT DISTINCT ON (currency) currency, epoch, cutoff_at FROM distribution.settlement_runs
    ORDER BY currency, number DESC
)
SELECT DISTINCT line.order_id FROM distribution.commission_lines AS line LEFT JOIN windows USING (currency)
WHERE line.distributor_id = :distributor_id
    AND (windows.epoch IS NULL OR line.epoch > windows.epoch OR line.matures_at > windows.cutoff_at)
ORDER BY line.order_id
""")
_NEWEST = """
SELECT placed.source, snapshot.observed_at, snapshot.state
FROM unnest(%s::bigint[]) AS asked(id) JOIN distribution.orders AS placed ON placed.id = asked.id
JOIN distribution.order_snapshots AS snapshot
    ON snapshot.order_id = placed.id AND snapshot.number = placed.snapshot_count
ORDER BY placed.id
"""
_SUBJECTS = text("""
SELECT DISTINCT ON (order_id, distributor_id) order_id, distributor_id, decision
FROM distribution.commission_reviews ORDER BY order_id, distributor_id, number DESC
""")
_AT_A_TIME = 200


class Subject(NamedTuple):
    """An order, or a distributor."""

    order_id: int | None = None
    distributor_id: UUID | None = None


Changes = Mapping[Subject, Standing | None]
"""What is about to stand; None is nothing."""


class WritersBusy(Conflict):
    """Transactions that write commission lines did not end in time; nothing was done, try again."""

    code = "writers_busy"


def keep_writers_out(session: Session) -> None:
    """Wait for everybody who writes commission, and keep them waiting until the transaction ends."""
    try:
        session.execute(_KEEP_WRITERS_OUT)
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise WritersBusy("commission is being recorded without a pause; try again") from error
        raise


def follow(session: Session, *, now: datetime) -> None:
    """Bring to its place whatever a run had taken and gave back: while it had, no decision could move it."""
    keep_writers_out(session)
    rows = session.execute(_SUBJECTS).all()
    subjects = [Subject(row.order_id, row.distributor_id) for row in rows if row.decision != "release"]
    move(session, subjects, {}, now=now)


def move(session: Session, subjects: Sequence[Subject], changes: Changes, *, now: datetime) -> None:
    """Append the lines that bring subjects to when they mature; only while writers are kept out."""
    connection = raw(session)
    epoch: int = session.execute(_EPOCH).scalar_one()
    order_ids = sorted({order_id for subject in subjects for order_id in _orders(session, subject)})
    for page in (order_ids[at : at + _AT_A_TIME] for at in range(0, len(order_ids), _AT_A_TIME)):
        appendices = [each for each in _appendices(connection, page, changes, now) if each.lines]
        if appendices:
            write(connection, appendices, epoch=epoch)
    people = [subject.distributor_id for subject in subjects if subject.distributor_id is not None]
    reviews = _changed(standing(connection, [], people), changes)
    for who in people:
        append_all(session, moved(session, who, reviews, epoch=epoch, now=now))


def _orders(session: Session, subject: Subject) -> Sequence[int]:
    if subject.order_id is not None:
        return [subject.order_id]
    return session.scalars(_UNSETTLED_ORDERS, {"distributor_id": subject.distributor_id}).all()


def _appendices(
    connection: psycopg.Connection[Any], order_ids: Sequence[int], changes: Changes, now: datetime
) -> Iterator[Appendix]:
    """The newest snapshot of each order once more, with the lines that move what is not settled."""
    found = connection.execute(_NEWEST, [array(order_ids, "bigint")]).fetchall()
    snapshots: list[OrderSnapshot] = [from_state(source, at, state) for source, at, state in found]
    known = read(connection, snapshots)
    people = {share.distributor_id for order in known.orders for share in order.shares}
    reviews = _changed(standing(connection, order_ids, people), changes)
    receipts = receipts_of(connection, order_ids)
    for order, snapshot in zip(known.orders, snapshots, strict=True):
        if order.terms is not None:
            yield once_more(
                connection,
                known,
                order,
                snapshot,
                reviews=reviews,
                receipts=receipts.get(order.id, ()),
                now=now,
            )


def _changed(reviews: Reviews, changes: Changes) -> Reviews:
    """What stands once `changes` do."""
    orders, people = dict(reviews.orders), dict(reviews.people)
    for (order_id, distributor_id), after in changes.items():
        if order_id is not None:
            orders.pop(order_id, None)
            orders |= {} if after is None else {order_id: after}
        elif distributor_id is not None:
            people.pop(distributor_id, None)
            people |= {} if after is None else {distributor_id: after}
    return Reviews(orders, people)
