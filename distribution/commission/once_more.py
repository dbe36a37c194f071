"""The newest snapshot of an order once more, where something other than its state causes lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from distribution.commission.append import Appendix, append
from distribution.commission.known import KnownOrder, KnownTerms
from distribution.commission.reading import Known
from distribution.commission.receipt.rule import Receipt
from distribution.commission.review.rule import Reviews
from distribution.commission.seal import SealedReceipt
from distribution.commission.terms import plan_of
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.state import canonical, to_state


def once_more(
    connection: psycopg.Connection[Any],
    known: Known,
    order: KnownOrder,
    snapshot: OrderSnapshot,
    *,
    reviews: Reviews,
    receipts: Sequence[Receipt],
    now: datetime,
    new_terms: KnownTerms | None = None,
    receipt: SealedReceipt | None = None,
) -> Appendix:
    """What new terms, a review or a receipt appends to a history that ends with `snapshot`; nothing is written."""
    return append(
        order,
        snapshot,
        state=canonical(to_state(snapshot)),
        content_hash=order.content_hash,
        new_terms=new_terms,
        plan=plan_of(connection, known, new_terms or order.terms),
        binding=None,
        window=known.windows.get(snapshot.currency),
        reviews=reviews,
        receipts=receipts,
        epoch=known.epoch,
        now=now,
        receipt=receipt,
    )
