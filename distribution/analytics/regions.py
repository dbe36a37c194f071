"""What sells best where: products of a distributor's own paid orders by the country they were sent to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

COUNTRIES_SHOWN = 6
PRODUCTS_SHOWN = 3
_SOLD = text("""
SELECT placed.country, item ->> 'name', sum((item ->> 'quantity')::int)::bigint, count(DISTINCT placed.id)
FROM distribution.orders placed
JOIN distribution.order_snapshots snapshot
    ON snapshot.order_id = placed.id AND snapshot.number = placed.snapshot_count
CROSS JOIN LATERAL jsonb_array_elements(snapshot.state -> 'lines') AS item
WHERE placed.distributor_id = :distributor_id AND placed.placed_at >= :since
    AND placed.status <> 'draft' AND placed.paid AND placed.country IS NOT NULL
    AND coalesce(item ->> 'name', '') <> ''
GROUP BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class SoldThere:
    """One product in one country: units, and the orders they were in."""

    product: str
    units: int
    orders: int


@dataclass(frozen=True, slots=True)
class Region:
    """A country with what sells best in it, the best first; `units` are those of all its products."""

    country: str
    units: int
    products: tuple[SoldThere, ...]


def regions(session: Session, distributor_id: UUID, *, since: datetime) -> list[Region]:
    """Where most was sold since then: `COUNTRIES_SHOWN` countries with `PRODUCTS_SHOWN` products each."""
    found: dict[str, list[SoldThere]] = {}
    for country, product, units, orders in session.execute(
        _SOLD, {"distributor_id": distributor_id, "since": since}
    ):
        found.setdefault(country, []).append(SoldThere(product, units, orders))
    best = [
        Region(
            country,
            sum(each.units for each in products),
            tuple(sorted(products, key=lambda each: (-each.units, each.product))[:PRODUCTS_SHOWN]),
        )
        for country, products in found.items()
    ]
    return sorted(best, key=lambda region: (-region.units, region.country))[:COUNTRIES_SHOWN]
