"""A merchant gives an order to another distributor, or to nobody: superseding terms, the old shares worth nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.commission.accrue import raw
from distribution.commission.answer import OrderAnswer, order_answer
from distribution.commission.candidates import NOBODY, read_chain
from distribution.commission.counting.counters import Counters
from distribution.commission.counting.movements import Movement, summed
from distribution.commission.counting.order import counted_after, counted_before
from distribution.commission.once_more import once_more
from distribution.commission.reading import read
from distribution.commission.receipt.read import receipts_of
from distribution.commission.review.read import standing
from distribution.commission.terms import complete, superseding
from distribution.commission.writing import write
from distribution.errors import Conflict, InvalidInput, NotFound
from distribution.network.tables import Distributor


def reassign(
    session: Session,
    *,
    source: str,
    order_id: str,
    distributor_id: UUID | None,
    reason: str,
    actor: str,
    now: datetime,
) -> OrderAnswer:
    """Append superseding terms for `distributor_id` as seller, with their upline as of the order's placing.

    What the old shares recorded is reversed by one line each; what the new ones are worth is appended. Raises
    NotFound for an unknown order or distributor, Conflict while the order is a draft or already theirs,
    InvalidInput without a reason.
    """
    if not reason.strip():
        raise InvalidInput("reason: say why the order changes hands", field="reason")
    before = order_answer(session, source, order_id)
    connection = raw(session)
    known = read(connection, [before.snapshot], lock=[before.snapshot])
    # Read once more behind the lock: a job may have recorded a newer state meanwhile.
    before = order_answer(session, source, order_id)
    if distributor_id is not None and session.get(Distributor, distributor_id) is None:
        raise NotFound(f"distributor {distributor_id} does not exist", field="distributor_id")
    if before.reason is None:
        raise Conflict("the order is still a draft: it belongs to nobody yet", field="order_id")
    if before.seller_id == distributor_id:
        raise Conflict("the order belongs to them already", field="distributor_id")
    order = known.orders[0]
    assert order.terms is not None
    chain = (
        NOBODY
        if distributor_id is None
        else read_chain(connection, distributor_id, before.snapshot.placed_at)
    )
    counters = Counters()
    prepared = superseding(
        connection,
        known,
        order,
        before.snapshot,
        chain,
        counters,
        reason="reassigned",
        detail=reason.strip()[:500],
    )
    # What the order counted for under its old terms must not lift the tiers of its new ones.
    taken_back: list[Movement] = []
    if known.zone is not None:
        taken_back = list(counted_before(order, before.snapshot.currency, known.zone))
    counters.add(taken_back)
    terms = complete(prepared, counters, known.zone)
    people = {*(share.distributor_id for share in order.shares), *(who for who in chain.people if who)}
    appendix = once_more(
        connection,
        known,
        order,
        before.snapshot,
        new_terms=terms,
        reviews=standing(connection, [order.id], people),
        receipts=receipts_of(connection, [order.id]).get(order.id, ()),
        now=now,
    )
    moved = [] if known.zone is None else [*taken_back, *counted_after(appendix, known.zone)]
    write(connection, [appendix], epoch=known.epoch, movements=summed(moved))
    record(
        session,
        actor=actor,
        action="order.reassign",
        subject_type="order",
        subject_id=f"{source}:{order_id}",
        now=now,
        before={"distributor_id": before.seller_id and str(before.seller_id), "reason": before.reason},
        after={"distributor_id": distributor_id and str(distributor_id)},
        reason=reason.strip(),
    )
    return order_answer(session, source, order_id)
