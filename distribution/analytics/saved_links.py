"""A distributor's saved links with what each of them brought, and the same by campaign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_LINKS = text("""
WITH link AS (
    SELECT id, slug, path, tag, created_at, archived_at FROM distribution.saved_links
    WHERE distributor_id = :distributor_id
), clicked AS (
    SELECT id, link_id FROM distribution.clicks
    WHERE distributor_id = :distributor_id AND at >= :since AND link_id IS NOT NULL AND EXISTS (SELECT FROM link)
), sold AS (
    SELECT clicked.link_id, placed.id, placed.currency
    FROM distribution.orders placed
    JOIN distribution.order_snapshots snapshot
        ON snapshot.order_id = placed.id AND snapshot.number = placed.snapshot_count
    LEFT JOIN distribution.click_repeats repeat ON repeat.id = snapshot.state ->> 'click_id'
    JOIN clicked ON clicked.id = coalesce(repeat.click_id, snapshot.state ->> 'click_id')
    WHERE placed.distributor_id = :distributor_id AND placed.placed_at >= :since
        AND placed.status <> 'draft' AND placed.paid AND EXISTS (SELECT FROM link)
), brought AS (
    SELECT link_id, currency, count(*) AS orders, coalesce(sum((
        SELECT sum(line.amount_minor) FROM distribution.commission_lines line
        WHERE line.distributor_id = :distributor_id AND line.order_id = sold.id
    )), 0)::bigint AS amount_minor
    FROM sold GROUP BY link_id, currency
)
SELECT link.slug, link.path, link.tag, link.created_at, link.archived_at,
    (SELECT count(*) FROM clicked WHERE clicked.link_id = link.id),
    coalesce((SELECT sum(orders)::bigint FROM brought WHERE brought.link_id = link.id), 0),
    coalesce((SELECT jsonb_object_agg(currency, amount_minor) FROM brought WHERE brought.link_id = link.id), '{}')
FROM link ORDER BY link.created_at DESC, link.id DESC
""")


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """One link; `earned` is what came of its paid orders, in minor units by currency."""

    slug: str
    path: str
    tag: str | None
    created_at: datetime
    archived_at: datetime | None
    clicks: int
    orders: int
    earned: dict[str, int]


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """All links of one campaign together, those put away too."""

    tag: str
    links: int
    clicks: int
    orders: int
    earned: dict[str, int]


def saved_links(session: Session, distributor_id: UUID, *, since: datetime) -> list[LinkFigures]:
    """Every link of theirs, the newest first, with clicks and paid orders since then."""
    rows = session.execute(_LINKS, {"distributor_id": distributor_id, "since": since})
    return [LinkFigures(*row) for row in rows]


def campaigns(links: Iterable[LinkFigures]) -> list[CampaignFigures]:
    """The same by campaign, the one with most clicks first; links without one are left out."""
    found: dict[str, CampaignFigures] = {}
    for link in links:
        if link.tag is None:
            continue
        so_far = found.get(link.tag) or CampaignFigures(link.tag, 0, 0, 0, {})
        currencies = sorted({*so_far.earned, *link.earned})
        found[link.tag] = CampaignFigures(
            link.tag,
            so_far.links + 1,
            so_far.clicks + link.clicks,
            so_far.orders + link.orders,
            {each: so_far.earned.get(each, 0) + link.earned.get(each, 0) for each in currencies},
        )
    return sorted(found.values(), key=lambda each: (-each.clicks, -each.orders, each.tag))
