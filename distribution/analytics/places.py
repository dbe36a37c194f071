"""How far from the sale somebody stood for each line of a statement: 1 the seller.

That is what order pages say too. With compression a level is earned from further up than its number.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.settlement.read import StatementLine

_PLACES = text("""
SELECT share.order_id, share.number,
    CASE :distributor_id WHEN terms.seller_id THEN 1 WHEN terms.second_id THEN 2 ELSE 3 END
FROM unnest(CAST(:orders AS bigint[]), CAST(:shares AS integer[])) AS line (order_id, share_number)
JOIN distribution.shares share ON share.order_id = line.order_id AND share.number = line.share_number
JOIN distribution.terms terms ON terms.order_id = share.order_id AND terms.number = share.terms_number
""")


def places(
    session: Session, distributor_id: UUID, lines: Iterable[StatementLine]
) -> dict[tuple[int, int], int]:
    """By order and share; lines of periods have none."""
    wanted = sorted({(line.order_id, line.share_number) for line in lines if line.order_id})
    found = session.execute(
        _PLACES,
        {
            "distributor_id": distributor_id,
            "orders": [order for order, _ in wanted],
            "shares": [share for _, share in wanted],
        },
    )
    return {(order, share): place for order, share, place in found}
