"""The team as a tree: who invited whom, three levels deep, of each person only the few they invited last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from distribution.analytics.team import LAST_ID, LEVELS, Amount, Figures, figures
from distribution.errors import NotFound
from distribution.privacy.masking import masked_name

_Row = Row[tuple[object, ...]]
FIRST, THEN = 12, 4
"""How many are shown of whom the tree begins with, and of everybody below."""

# Who is gone stands in the tree only where somebody is below them: else these would hang in the air.
_IN_TREE = """
(status IN ('active', 'suspended') OR (status IN ('left', 'removed') AND coalesce((
    SELECT max(members) FROM distribution.team_counts WHERE distributor_id = distributors.id), 0) > 0))
"""
_PERSON = "id, sponsor_id, name, status, grade, depth, joined_at"
_BELOW = f"""
SELECT child.* FROM {{above}} CROSS JOIN LATERAL (
    SELECT {_PERSON} FROM distribution.distributors
    WHERE sponsor_id = {{above}}.id AND :generations >= {{generation}} AND {_IN_TREE}
    ORDER BY id DESC LIMIT :then
) AS child
"""
_BRANCHES = text(f"""
WITH one AS (
    SELECT {_PERSON} FROM distribution.distributors
    WHERE sponsor_id = :root_id AND id < :before AND {_IN_TREE}
    ORDER BY id DESC LIMIT :first
), two AS ({_BELOW.format(above="one", generation=2)}), three AS ({_BELOW.format(above="two", generation=3)})
SELECT shown.*, coalesce((
    SELECT members FROM distribution.team_counts WHERE distributor_id = shown.id AND level = 1), 0) AS recruits
FROM (SELECT * FROM one UNION ALL SELECT * FROM two UNION ALL SELECT * FROM three) AS shown ORDER BY shown.id DESC
""")
_TOP = text("""
SELECT member.id, member.name, member.sponsor_id, above.name AS above_name,
    CASE :distributor_id WHEN member.sponsor_id THEN 1 WHEN member.second_id THEN 2 END AS level
FROM distribution.distributors member JOIN distribution.distributors above ON above.id = member.sponsor_id
WHERE member.id = :member_id AND member.status NOT IN ('applied', 'rejected')
    AND :distributor_id IN (member.sponsor_id, member.second_id)
""")


@dataclass(frozen=True, slots=True)
class Branch:
    """A person with those they invited who are shown; `recruits` counts all members they invited."""

    id: UUID
    name: str
    status: str
    grade: str | None
    depth: int
    joined_at: datetime | None
    level: int
    recruits: int
    orders: int
    sales: tuple[Amount, ...]
    commission: tuple[Amount, ...]
    below: tuple[Branch, ...]

    @property
    def has_more(self) -> bool:
        """Whether a tree that begins with them would show more."""
        return self.level < LEVELS[-1] and self.recruits > sum(
            each.status in ("active", "suspended") for each in self.below
        )


@dataclass(frozen=True, slots=True)
class Top:
    """The member a tree begins with, and who invited them if that was not the distributor."""

    id: UUID
    name: str
    level: int
    above_id: UUID | None
    above_name: str | None


@dataclass(frozen=True, slots=True)
class Tree:
    """Below `top`, or below the distributor; `next` is the id to ask for those after."""

    top: Top | None
    branches: tuple[Branch, ...]
    next: UUID | None


def team_tree(
    session: Session, distributor_id: UUID, *, of: UUID | None = None, before: UUID | None = None
) -> Tree:
    """The tree below a distributor, or below the member `of` of their first two levels, never past their third.

    Raises NotFound where `of` is nobody of theirs. Newest first, `FIRST` of them, `THEN` below each.
    """
    top = None if of is None else _top(session, distributor_id, of)
    level = 1 if top is None else top.level + 1
    rows = session.execute(
        _BRANCHES,
        {
            "root_id": distributor_id if top is None else top.id,
            "before": before or LAST_ID,
            "generations": LEVELS[-1] - level + 1,
            "first": FIRST + 1,
            "then": THEN,
        },
    ).all()
    invited: dict[UUID, list[_Row]] = {}
    for row in rows:
        invited.setdefault(row.sponsor_id, []).append(row)
    first = invited.get(distributor_id if top is None else top.id, [])
    # The one too many only says that there are more.
    sold = figures(session, distributor_id, [row.id for row in rows])
    shown = tuple(_branch(row, invited, sold, level) for row in first[:FIRST])
    return Tree(top=top, branches=shown, next=shown[-1].id if len(first) > FIRST else None)


def _top(session: Session, distributor_id: UUID, member_id: UUID) -> Top:
    found = session.execute(_TOP, {"distributor_id": distributor_id, "member_id": member_id}).one_or_none()
    if found is None:
        raise NotFound("nobody of this team has this id")
    between = found.level > 1
    return Top(
        id=found.id,
        name=masked_name(found.name),
        level=found.level,
        above_id=found.sponsor_id if between else None,
        above_name=masked_name(found.above_name) if between else None,
    )


def _branch(row: _Row, invited: dict[UUID, list[_Row]], sold: Figures, level: int) -> Branch:
    below: Sequence[_Row] = invited.get(row.id, ())
    orders, sales, commission = sold
    return Branch(
        id=row.id,
        name=masked_name(row.name),
        status=row.status,
        grade=row.grade,
        depth=row.depth,
        joined_at=row.joined_at,
        level=level,
        recruits=row.recruits,
        orders=orders.get(row.id, 0),
        sales=tuple(sales.get(row.id, ())),
        commission=tuple(commission.get(row.id, ())),
        below=tuple(_branch(each, invited, sold, level + 1) for each in below),
    )
