"""One person of a distributor's team: where they stand, and what their own sales brought the distributor by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from distribution.analytics.team_growth import month_starts
from distribution.errors import NotFound
from distribution.network.contact import Reach, opened
from distribution.privacy.encryption import Cipher
from distribution.privacy.masking import masked_name

MONTHS = 12

# Who stands between is read only as far as the distributor: of the third level two people, of the first nobody.
_MEMBER = text("""
SELECT member.name, member.status, member.grade, member.depth, member.joined_at,
    CASE :distributor_id WHEN member.sponsor_id THEN 1 WHEN member.second_id THEN 2 ELSE 3 END AS level,
    sponsor.id AS sponsor_id, sponsor.name AS sponsor_name, sponsor.status AS sponsor_status,
    above.id AS above_id, above.name AS above_name, above.status AS above_status,
    coalesce((SELECT members FROM distribution.team_counts WHERE distributor_id = member.id AND level = 1), 0)
        AS recruits,
    contact.kind, contact.value_encrypted
FROM distribution.distributors member
LEFT JOIN distribution.distributors sponsor
    ON sponsor.id = member.sponsor_id AND :distributor_id IN (member.second_id, member.third_id)
LEFT JOIN distribution.distributors above ON above.id = member.second_id AND member.third_id = :distributor_id
LEFT JOIN distribution.contacts contact ON contact.distributor_id = member.id AND contact.to_sponsor
    AND member.sponsor_id = :distributor_id
WHERE member.id = :member_id AND member.status IN ('active', 'suspended')
    AND :distributor_id IN (member.sponsor_id, member.second_id, member.third_id)
""")
_MONTHS = text("""
WITH sold AS (
    SELECT id, currency, net_minor, placed_at FROM distribution.orders
    WHERE distributor_id = :member_id AND status = 'open' AND paid
), own AS (
    SELECT line.order_id, sum(line.amount_minor) AS amount_minor
    FROM distribution.commission_lines line JOIN sold ON sold.id = line.order_id
    WHERE line.distributor_id = :distributor_id GROUP BY 1
)
SELECT sold.currency,
    CASE WHEN sold.placed_at >= :since THEN date_trunc('month', sold.placed_at AT TIME ZONE :zone)::date END AS month,
    count(*) AS orders, sum(sold.net_minor)::bigint AS sales_minor,
    coalesce(sum(own.amount_minor), 0)::bigint AS commission_minor, max(sold.placed_at) AS last_at
FROM sold LEFT JOIN own ON own.order_id = sold.id
GROUP BY 1, 2 ORDER BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class Between:
    """Somebody between the distributor and the member; `has_page` while they are a member themselves."""

    id: UUID
    name: str
    has_page: bool


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Who it is, as far as others may see. `level` counts from the distributor, `depth` from the merchant.

    `between` are the people from the distributor down to who invited them, nobody at the first level; `contact` is
    what a person of the first level chose to show to who invited them.
    """

    id: UUID
    name: str
    status: str
    grade: str | None
    level: int
    depth: int
    joined_at: datetime | None
    recruits: int
    between: tuple[Between, ...]
    contact: Reach | None


@dataclass(frozen=True, slots=True)
class Sold:
    """What somebody sold in a month, or ever, in one currency, and what of it came to the distributor."""

    orders: int = 0
    sales_minor: int = 0
    commission_minor: int = 0


@dataclass(frozen=True, slots=True)
class MemberSales:
    """Paid orders of one currency: all of them, and those of the last twelve months by month, oldest first."""

    currency: str
    ever: Sold
    months: tuple[tuple[date, Sold], ...]
    last_at: datetime


def team_member(session: Session, distributor_id: UUID, member_id: UUID, *, cipher: Cipher) -> TeamMember:
    """A member of the distributor's three levels as they are today; NotFound for everybody else."""
    row = session.execute(_MEMBER, {"distributor_id": distributor_id, "member_id": member_id}).one_or_none()
    if row is None:
        raise NotFound("nobody of this team has this id")
    people = (
        (row.above_id, row.above_name, row.above_status),
        (row.sponsor_id, row.sponsor_name, row.sponsor_status),
    )
    return TeamMember(
        id=member_id,
        name=masked_name(row.name),
        status=row.status,
        grade=row.grade,
        level=row.level,
        depth=row.depth,
        joined_at=row.joined_at,
        recruits=row.recruits,
        between=tuple(
            Between(person_id, masked_name(name), status in ("active", "suspended"))
            for person_id, name, status in people
            if person_id is not None
        ),
        contact=opened(row.kind, row.value_encrypted, cipher=cipher),
    )


def member_sales(
    session: Session, distributor_id: UUID, member_id: UUID, *, now: datetime, zone: str
) -> dict[str, MemberSales]:
    """What a member sold themselves, by currency; months are those of the clock of `zone`, this one last."""
    days = month_starts(now, zone, months=MONTHS)[:-1]
    since = datetime(days[0].year, days[0].month, 1, tzinfo=ZoneInfo(zone))
    parameters = {"distributor_id": distributor_id, "member_id": member_id, "since": since, "zone": zone}
    found: dict[str, list[Row[tuple[object, ...]]]] = {}
    for row in session.execute(_MONTHS, parameters):
        found.setdefault(row.currency, []).append(row)
    return {currency: _sales(currency, rows, days) for currency, rows in found.items()}


def _sales(currency: str, rows: list[Row[tuple[object, ...]]], days: list[date]) -> MemberSales:
    by_month = {row.month: Sold(row.orders, row.sales_minor, row.commission_minor) for row in rows}
    return MemberSales(
        currency=currency,
        ever=Sold(
            sum(each.orders for each in by_month.values()),
            sum(each.sales_minor for each in by_month.values()),
            sum(each.commission_minor for each in by_month.values()),
        ),
        months=tuple((day, by_month.get(day, Sold())) for day in days),
        last_at=max(row.last_at for row in rows),
    )
