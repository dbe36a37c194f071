"""Somebody who knows says when the goods of an order arrived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.accrue import raw
from distribution.commission.answer import order_answer
from distribution.commission.once_more import once_more
from distribution.commission.reading import read
from distribution.commission.receipt.read import receipts_of
from distribution.commission.receipt.rule import CONFIRMED_BY, Receipt
from distribution.commission.receipt.tables import OrderReceipt
from distribution.commission.review.read import standing
from distribution.commission.writing import write
from distribution.errors import InvalidInput

_SAME = text("""
SELECT EXISTS (SELECT FROM distribution.receipts
WHERE order_id = :order_id AND received_at = :received_at AND confirmed_by = :confirmed_by)
""")


def confirm_receipt(
    session: Session,
    source: str,
    order_id: str,
    *,
    received_at: datetime,
    confirmed_by: str,
    actor: str,
    now: datetime,
) -> bool:
    """Record that what had been sent of an order by `received_at` had arrived then; False if it was said before.

    Where the order's plan begins its hold with the receipt, what is not settled yet matures accordingly earlier.
    Raises NotFound for an unknown order, InvalidInput for a time before it was placed or ahead of now.
    """
    if confirmed_by not in CONFIRMED_BY:
        raise InvalidInput(f"confirmed_by: must be one of {', '.join(CONFIRMED_BY)}", field="confirmed_by")
    before = order_answer(session, source, order_id).snapshot
    if not before.placed_at <= received_at <= now:
        raise InvalidInput(
            "received_at: must be between the order's placing and now", field="received_at", now=now
        )
    connection = raw(session)
    known = read(connection, [before], lock=[before])
    # Read once more behind the lock: a job may have recorded a newer state meanwhile.
    newest = order_answer(session, source, order_id).snapshot
    [order] = known.orders
    said = {"order_id": order.id, "received_at": received_at, "confirmed_by": confirmed_by}
    if session.execute(_SAME, said).scalar_one():
        return False
    people = {share.distributor_id for share in order.shares}
    receipt = OrderReceipt(**said, snapshot_number=order.snapshot_count + 1, actor=actor, recorded_at=now)
    earlier = receipts_of(connection, [order.id]).get(order.id, ())
    appendix = once_more(
        connection,
        known,
        order,
        newest,
        reviews=standing(connection, [order.id], people),
        receipts=[*earlier, Receipt(received_at, now)],
        receipt=(received_at, confirmed_by, actor),
        now=now,
    )
    write(connection, [appendix], epoch=known.epoch)
    session.add(receipt)
    session.flush()
    return True
