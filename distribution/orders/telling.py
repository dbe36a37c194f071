"""Tells distributors of products that the shop shows since its catalogue was last read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from distribution.settings import program

MOST_NAMED = 3

_SHOWN = text("SELECT DISTINCT id FROM distribution.catalogue_offers WHERE kind = 'product'")
_NEW = text("""
SELECT min(name) FROM distribution.catalogue_offers
WHERE kind = 'product' AND in_stock AND NOT id = ANY (CAST(:known AS text[]))
GROUP BY id ORDER BY 1
""")
_TELL = text("""
INSERT INTO distribution.notices (reader, person_id, kind, key, facts, shown, at, due_at)
SELECT 'distributor', id, 'new_products', CAST(:key AS text), jsonb_build_object('products', CAST(:names AS text)),
    true, CAST(:now AS timestamptz), CAST(:now AS timestamptz)
FROM distribution.distributors WHERE status = 'active'
ON CONFLICT ON CONSTRAINT notices_key DO NOTHING
""")


def shown_products(session: Session) -> set[str]:
    """Ids of the products that are shown in any channel."""
    return set(session.scalars(_SHOWN))


def tell_new_products(session: Session, known: Collection[str], *, now: datetime) -> int:
    """Tell every active distributor what is shown and was not among `known`; returns how many were told.

    A catalogue that was never read before has nothing new. Told once a day.
    """
    if not known or "products" in program.read(session).notices.left_out:
        return 0
    names = list(session.scalars(_NEW, {"known": list(known)}))
    if not names:
        return 0
    named = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    done = session.execute(_TELL, {"key": f"products-{now:%Y-%m-%d}", "names": named, "now": now})
    return done.rowcount if isinstance(done, CursorResult) else 0
