"""A distributor's team over three levels: who, since when, what they sold, what it brought. Names are masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from distribution.analytics.earned import EARNED_BY_LEVEL
from distribution.errors import InvalidInput
from distribution.network.contact import Reach, opened
from distribution.privacy.encryption import Cipher
from distribution.privacy.masking import masked_name

LEVELS = (1, 2, 3)
_COLUMNS = {1: "sponsor_id", 2: "second_id", 3: "third_id"}


@dataclass(frozen=True, slots=True)
class Amount:
    """Money of one currency."""

    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the team; `via` is who invited them, unless the distributor did; `depth` is below the merchant."""

    id: UUID
    name: str
    via: str | None
    status: str
    grade: str | None
    depth: int
    joined_at: datetime | None
    recruits: int
    orders: int
    sales: tuple[Amount, ...]
    commission: tuple[Amount, ...]
    contact: Reach | None


@dataclass(frozen=True, slots=True)
class TeamPage:
    """Some members of one level, newest first; `next` is the id to ask for the members after."""

    level: int
    members: tuple[Member, ...]
    next: UUID | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What each level has brought a distributor, 1 their own sales, and what whole periods added or took over all."""

    levels: dict[int, tuple[Amount, ...]]
    periods: tuple[Amount, ...]


# Only what is shown can be searched: otherwise a search would spell out what the mask hides.
_SHOWN = """
CASE WHEN member.name ~ '^[⺀-￿]' THEN left(member.name, 1)
     WHEN member.name LIKE '% %' THEN split_part(member.name, ' ', 1)
     ELSE left(member.name, 2) END
"""
_MEMBERS = """
SELECT member.id, member.name, via.name, member.status, member.grade, member.depth, member.joined_at,
    coalesce((SELECT members FROM distribution.team_counts WHERE distributor_id = member.id AND level = 1), 0),
    contact.kind, contact.value_encrypted
FROM distribution.distributors member LEFT JOIN distribution.distributors via ON via.id = member.sponsor_id
LEFT JOIN distribution.contacts contact ON contact.distributor_id = member.id AND contact.to_sponsor
    AND member.sponsor_id = :distributor_id
WHERE member.{column} = :distributor_id AND member.id < :before AND member.status IN ('active', 'suspended') {only}
ORDER BY member.id DESC LIMIT :limit
"""
_NAMED = f"""
AND (starts_with(lower({_SHOWN}), lower(:search))
     OR (member.name NOT LIKE '% %' AND starts_with(lower(:search), lower({_SHOWN}))))
"""
_SOLD = """
AND EXISTS (SELECT 1 FROM distribution.orders WHERE distributor_id = member.id AND placed_at >= :active_since)
"""
LAST_ID = UUID(int=2**128 - 1)
"""Before it comes everybody: a question without a beginning reads the same range of the index as one with."""


@cache
def _members(level: int, *, named: bool, sold: bool) -> TextClause:
    """The question for a level with what is really asked: one plan for all cases would read the whole level."""
    return text(_MEMBERS.format(column=_COLUMNS[level], only=(_NAMED * named) + (_SOLD * sold)))


_SALES = text("""
WITH sold AS (
    SELECT id, distributor_id, currency, net_minor FROM distribution.orders
    WHERE distributor_id = ANY(CAST(:members AS uuid[])) AND status = 'open' AND paid
), own AS (
    SELECT sold.distributor_id, sold.currency, sum(line.amount_minor)::bigint AS amount_minor
    FROM distribution.commission_lines line JOIN sold ON sold.id = line.order_id
    WHERE line.distributor_id = :distributor_id GROUP BY 1, 2
)
SELECT sold.distributor_id, sold.currency, count(*), sum(sold.net_minor)::bigint,
    coalesce(min(own.amount_minor), 0)::bigint
FROM sold LEFT JOIN own USING (distributor_id, currency)
GROUP BY sold.distributor_id, sold.currency ORDER BY 1, 2
""")
_OF_LEVELS = text(f"""
SELECT level, currency, sum(amount_minor)::bigint FROM ({EARNED_BY_LEVEL}) AS earned GROUP BY 1, 2 ORDER BY 1, 2
""")


def team_page(
    session: Session,
    distributor_id: UUID,
    *,
    level: int,
    active_since: datetime,
    before: UUID | None = None,
    search: str | None = None,
    active_only: bool = False,
    limit: int = 20,
    cipher: Cipher | None = None,
) -> TeamPage:
    """One page of a level of the team; `active_only` are those with a sale since `active_since`.

    With `cipher` those whom the distributor invited have the contact they show to who did.

    `search` is the beginning of a first name: no more of a name is shown, so no more can be found.
    """
    if level not in LEVELS:
        raise InvalidInput("a team has three levels", field="level")
    asked: dict[str, object] = {
        "distributor_id": distributor_id,
        "before": before or LAST_ID,
        "limit": limit + 1,
    }
    if named := bool(search and search.strip()):
        asked["search"] = (search or "").split()[0]
    if active_only:
        asked["active_since"] = active_since
    rows = session.execute(_members(level, named=named, sold=active_only), asked).all()
    page = rows[:limit]
    orders, sales, commission = figures(session, distributor_id, [row[0] for row in page])
    members = tuple(
        Member(
            id=member_id,
            name=masked_name(name),
            via=masked_name(via) if level > 1 and via else None,
            status=status,
            grade=grade,
            depth=depth,
            joined_at=joined_at,
            recruits=recruits,
            orders=orders.get(member_id, 0),
            sales=tuple(sales.get(member_id, ())),
            commission=tuple(commission.get(member_id, ())),
            contact=opened(kind, sealed, cipher=cipher) if cipher else None,
        )
        for member_id, name, via, status, grade, depth, joined_at, recruits, kind, sealed in page
    )
    return TeamPage(
        level=level,
        members=members,
        next=members[-1].id if len(rows) > limit else None,
    )


def brought(session: Session, distributor_id: UUID) -> Brought:
    """Everything a distributor earned so far, by where it came from."""
    found: dict[int | None, list[Amount]] = {}
    for level, currency, minor in session.execute(_OF_LEVELS, {"distributor_id": distributor_id}):
        found.setdefault(level, []).append(Amount(currency, minor))
    return Brought(
        levels={level: tuple(found.get(level, ())) for level in LEVELS}, periods=tuple(found.get(None, ()))
    )


Figures = tuple[dict[UUID, int], dict[UUID, list[Amount]], dict[UUID, list[Amount]]]


def figures(session: Session, distributor_id: UUID, members: list[UUID]) -> Figures:
    """Orders, sales and what they brought the distributor, of each member by id."""
    orders: dict[UUID, int] = {}
    sales: dict[UUID, list[Amount]] = {}
    commission: dict[UUID, list[Amount]] = {}
    if not members:
        return orders, sales, commission
    rows = session.execute(_SALES, {"distributor_id": distributor_id, "members": members})
    for member_id, currency, count, net_minor, own_minor in rows:
        orders[member_id] = orders.get(member_id, 0) + count
        sales.setdefault(member_id, []).append(Amount(currency, net_minor))
        commission.setdefault(member_id, []).append(Amount(currency, own_minor))
    return orders, sales, commission
