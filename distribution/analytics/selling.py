"""What sells for a distributor: by product, by where their links led, by country and by hour of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.pulse import PULSE

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One product, destination or country: orders with it, clicks on it, what it brought the seller."""

    name: str
    clicks: int
    orders: int
    commission_minor: int


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A withdrawal that is paid once its payee agrees; the amount is what reaches them."""

    withdrawal_id: UUID
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Selling:
    """The distributor's own paid orders in one currency and all clicks on their links, over some days.

    Each list is the best first, `SHOWN` long. `hours` are clicks in each of the day's 24 hours. `has_method`: whether
    they have said where their money goes. `link_code` is the one to share, `clicks_ever` counts all of
    theirs, `pulse` is that of `analytics.pulse`, `to_confirm` the withdrawal that has waited longest for their yes.
    """

    products: tuple[Part, ...]
    destinations: tuple[Part, ...]
    countries: tuple[Part, ...]
    hours: tuple[int, ...]
    has_method: bool
    link_code: str | None
    clicks_ever: int
    pulse: str
    to_confirm: ToConfirm | None = None


# A link's destination is that of the click which the order remembers; an order without one counts for no destination.
_PARTS = text(f"""
WITH sold AS (
    SELECT placed.id, placed.country, snapshot.state,
        coalesce(repeat.click_id, snapshot.state ->> 'click_id') AS click_id
    FROM distribution.orders placed
    JOIN distribution.order_snapshots snapshot
        ON snapshot.order_id = placed.id AND snapshot.number = placed.snapshot_count
    LEFT JOIN distribution.click_repeats repeat ON repeat.id = snapshot.state ->> 'click_id'
    WHERE placed.distributor_id = :distributor_id AND placed.placed_at >= :since AND placed.currency = :currency
        AND placed.status <> 'draft' AND placed.paid
), earned AS (
    SELECT share.order_id, share.line_id, sum(line.amount_minor)::bigint AS amount_minor
    FROM distribution.commission_lines line
    JOIN distribution.shares share ON share.order_id = line.order_id AND share.number = line.share_number
    WHERE line.distributor_id = :distributor_id AND line.order_id IN (SELECT id FROM sold)
    GROUP BY 1, 2
), by_order AS (
    SELECT sold.*, coalesce(brought.amount_minor, 0) AS amount_minor
    FROM sold LEFT JOIN (
        SELECT order_id, sum(amount_minor)::bigint AS amount_minor FROM earned GROUP BY order_id
    ) AS brought ON brought.order_id = sold.id
), clicked AS (
    SELECT id, coalesce(nullif(url, ''), '/') AS url, at
    FROM distribution.clicks WHERE distributor_id = :distributor_id AND at >= :since
)
SELECT 'product', item ->> 'name', 0, count(DISTINCT sold.id), coalesce(sum(earned.amount_minor), 0)::bigint
FROM sold CROSS JOIN LATERAL jsonb_array_elements(sold.state -> 'lines') AS item
LEFT JOIN earned ON earned.order_id = sold.id AND earned.line_id = item ->> 'id'
GROUP BY item ->> 'name'
UNION ALL
SELECT 'country', country, 0, count(*), sum(amount_minor)::bigint
FROM by_order WHERE country IS NOT NULL GROUP BY country
UNION ALL
SELECT 'destination', clicked.url, count(*), count(by_order.id), coalesce(sum(by_order.amount_minor), 0)::bigint
FROM clicked LEFT JOIN by_order ON by_order.click_id = clicked.id GROUP BY clicked.url
UNION ALL
SELECT 'hour', extract(hour FROM at AT TIME ZONE :zone)::text, count(*), 0, 0 FROM clicked GROUP BY 2
UNION ALL
SELECT 'method', '', 0, count(*), 0 FROM distribution.payout_methods
WHERE distributor_id = :distributor_id AND removed_at IS NULL
UNION ALL
SELECT 'ever', '', count(*), 0, 0 FROM distribution.clicks WHERE distributor_id = :distributor_id
UNION ALL
(SELECT 'code', code, 0, 0, 0 FROM distribution.referral_codes
 WHERE distributor_id = :distributor_id AND kind = 'link' AND active ORDER BY created_at, code_key LIMIT 1)
UNION ALL
(SELECT 'confirm', asked.id || ' ' || asked.currency, 0, 0, asked.amount_minor - asked.fee_minor
 FROM distribution.withdrawals asked
 WHERE asked.distributor_id = :distributor_id AND asked.state = 'sent' AND EXISTS (
    SELECT FROM distribution.withdrawal_events event
    WHERE event.withdrawal_id = asked.id AND event.state = 'sent' AND event.facts -> 'confirm' IS NOT NULL
 ) ORDER BY asked.requested_at, asked.id LIMIT 1)
UNION ALL
SELECT 'pulse', {PULSE}, 0, 0, 0
""")


def selling(
    session: Session, distributor_id: UUID, *, currency: str, days: int, now: datetime, zone: str = "UTC"
) -> Selling:
    """The last `days` days up to today in `zone`."""
    first = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
    parameters = {"distributor_id": distributor_id, "currency": currency, "since": since, "zone": zone}
    found: dict[str, list[Part]] = {}
    for kind, name, clicks, orders, amount_minor in session.execute(_PARTS, parameters):
        found.setdefault(kind, []).append(Part(name or "", clicks, orders, amount_minor))
    by_hour = {int(part.name): part.clicks for part in found.get("hour", [])}
    return Selling(
        products=_best(found.get("product", [])),
        destinations=_best(found.get("destination", [])),
        countries=_best(found.get("country", [])),
        hours=tuple(by_hour.get(hour, 0) for hour in range(24)),
        has_method=any(part.orders for part in found.get("method", [])),
        link_code=next((part.name for part in found.get("code", [])), None),
        clicks_ever=found["ever"][0].clicks,
        pulse=found["pulse"][0].name,
        to_confirm=next((_to_confirm(part) for part in found.get("confirm", [])), None),
    )


def _to_confirm(part: Part) -> ToConfirm:
    withdrawal_id, currency = part.name.split()
    return ToConfirm(UUID(withdrawal_id), currency, part.commission_minor)


def _best(parts: list[Part]) -> tuple[Part, ...]:
    ranked = sorted(parts, key=lambda part: (-part.commission_minor, -part.orders, -part.clicks, part.name))
    return tuple(ranked[:SHOWN])
