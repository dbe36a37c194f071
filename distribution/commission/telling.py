"""Tells sellers of their sales: read from what is recorded, so that recording an order costs nothing more.

Snapshots are numbered as they are written and never change: whoever follows them up to where no late commit can come
any more (`sealing.horizon`) and keeps in one transaction how far they are misses none and takes none twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.notice import tell
from distribution.notice.tables import NoticeMark
from distribution.privacy.masking import masked_name
from distribution.sealing.horizon import horizon
from distribution.settings import program

SALES = "sales"
NEWS_FOR = timedelta(days=3)
"""An order read longer than this after it was placed is no news."""
MOST_SNAPSHOTS = 5_000
_PATIENCE_SECONDS = 5.0

_TELL = text("""
WITH sold AS (
    SELECT DISTINCT ON (placed.id) placed.id, placed.number, placed.currency, placed.placed_at,
        placed.distributor_id, placed.terms_count, snapshot.recorded_at
    FROM distribution.order_snapshots snapshot
    JOIN distribution.orders placed ON placed.id = snapshot.order_id
    JOIN distribution.terms first ON first.order_id = placed.id AND first.number = 1
    WHERE snapshot.sequence > :after AND snapshot.sequence <= :upto
        AND placed.paid AND placed.status = 'open' AND placed.distributor_id IS NOT NULL
        AND first.frozen_at >= :begun_at AND placed.placed_at >= first.frozen_at - CAST(:news_for AS interval)
    ORDER BY placed.id, snapshot.sequence
), earning AS (
    SELECT sold.*, claim.amount_minor, NOT EXISTS (
        SELECT FROM distribution.orders earlier
        WHERE earlier.distributor_id = sold.distributor_id AND earlier.paid AND earlier.status = 'open'
            AND (earlier.placed_at, earlier.id) < (sold.placed_at, sold.id)
    ) AS is_first
    FROM sold CROSS JOIN LATERAL (
        SELECT coalesce(sum(claimed_minor), 0)::bigint AS amount_minor FROM distribution.shares share
        WHERE share.order_id = sold.id AND share.terms_number = sold.terms_count AND share.level = 1
            AND share.distributor_id = sold.distributor_id
    ) AS claim
    WHERE claim.amount_minor > 0
), told AS (
    INSERT INTO distribution.notices (reader, person_id, kind, key, facts, shown, at, due_at)
    SELECT 'distributor', distributor_id, CASE WHEN is_first THEN 'first_sale' ELSE 'sale' END, 'sale-' || id,
        jsonb_build_object('order_id', id, 'order_number', '#' || number, 'currency', currency,
            'amount_minor', amount_minor), true, recorded_at,
        CAST(:now AS timestamptz)
    FROM earning WHERE CAST(:sales AS boolean)
    ON CONFLICT ON CONSTRAINT notices_key DO NOTHING
    RETURNING 1
)
SELECT seller.id, seller.name, seller.sponsor_id, (SELECT count(*) FROM told)
FROM (SELECT NULL) AS always LEFT JOIN (
    SELECT person.id, person.name, person.sponsor_id FROM earning
    JOIN distribution.distributors person ON person.id = earning.distributor_id
    WHERE is_first AND person.sponsor_id IS NOT NULL
) AS seller ON true
""")


def tell_sales(session: Session, *, now: datetime, since: datetime | None = None) -> int:
    """Tell of the orders that were paid since the last time, and sponsors of a first one; returns how many sales.

    The first call only notes where to begin, unless `since` says from when on sales are news. Raises StillWriting,
    having told nothing, while somebody records for long.
    """
    mark = session.get(NoticeMark, SALES, with_for_update=True)
    upto = horizon(session, patience_seconds=_PATIENCE_SECONDS).snapshot
    if mark is None:
        mark = NoticeMark(name=SALES, position=upto if since is None else 0, at=now, begun_at=since or now)
        session.add(mark)
    told = 0
    while mark.position < upto:
        reached = min(upto, mark.position + MOST_SNAPSHOTS)
        told += _tell(session, mark, reached, now=now)
        mark.position, mark.at = reached, now
        session.flush()
    return told


def _tell(session: Session, mark: NoticeMark, upto: int, *, now: datetime) -> int:
    asked: dict[str, Any] = {
        "after": mark.position,
        "upto": upto,
        "begun_at": mark.begun_at,
        "news_for": NEWS_FOR,
        "sales": "sales" not in program.read(session).notices.left_out,
        "now": now,
    }
    rows = session.execute(_TELL, asked).all()
    for seller_id, name, sponsor_id, _count in rows:
        if seller_id is not None:
            tell(
                session,
                sponsor_id,
                "friend_first_sale",
                key=f"first-sale-{seller_id}",
                facts={"name": masked_name(name), "friend_id": seller_id},
                now=now,
            )
    return int(rows[0][3])
