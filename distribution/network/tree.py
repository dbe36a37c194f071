"""The tree's level columns and counters, kept true through joins, moves and changes of status.

Every verb that changes a person begins with `lock`: one change of the tree at a time, so that what was checked
still holds when it is written. It comes before any row lock and before the audit chain.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.network.tables import Distributor

# The trigger `refuse_circle` takes the same lock.
_LOCK = text("SELECT pg_advisory_xact_lock(7305811940226002)")
MEMBER_STATUSES = ("active", "suspended")

_ADD = text(
    """
    INSERT INTO distribution.team_counts AS counts (distributor_id, level, members)
    VALUES (:distributor_id, :level, :members)
    ON CONFLICT (distributor_id, level) DO UPDATE SET members = counts.members + excluded.members
    """
)
# An upsert would check the proposed row, negative by itself, before it saw the one to add to.
_TAKE = text(
    """
    UPDATE distribution.team_counts SET members = members + :members
    WHERE distributor_id = :distributor_id AND level = :level
    """
)
_SUBTREE_HEIGHT = text(
    """
    WITH RECURSIVE below AS (
        SELECT id, 0 AS height FROM distribution.distributors WHERE id = :root_id
        UNION ALL
        SELECT child.id, below.height + 1
        FROM distribution.distributors child JOIN below ON child.sponsor_id = below.id
    )
    SELECT max(height) FROM below
    """
)
_SHIFT_DEPTH = text(
    """
    WITH RECURSIVE below AS (
        SELECT id FROM distribution.distributors WHERE sponsor_id = :root_id
        UNION ALL
        SELECT child.id FROM distribution.distributors child JOIN below ON child.sponsor_id = below.id
    )
    UPDATE distribution.distributors SET depth = depth + :by FROM below WHERE distributors.id = below.id
    """
)
_RELEVEL_CHILDREN = text(
    "UPDATE distribution.distributors SET second_id = :sponsor_id, third_id = :second_id WHERE sponsor_id = :root_id"
)
_RELEVEL_GRANDCHILDREN = text(
    "UPDATE distribution.distributors SET third_id = :sponsor_id WHERE second_id = :root_id"
)
_IS_BELOW = text(
    """
    WITH RECURSIVE above AS (
        SELECT id, sponsor_id FROM distribution.distributors WHERE id = :candidate_id
        UNION ALL
        SELECT parent.id, parent.sponsor_id
        FROM distribution.distributors parent JOIN above ON parent.id = above.sponsor_id
    )
    SELECT EXISTS (SELECT FROM above WHERE id = :root_id)
    """
)
_COUNTS = text("SELECT level, members FROM distribution.team_counts WHERE distributor_id = :distributor_id")


def lock(session: Session) -> None:
    """Wait until no other transaction changes the tree, and hold others off until this one ends."""
    session.execute(_LOCK)


def place(distributor: Distributor, sponsor: Distributor | None) -> None:
    """Set the level columns and the depth of one person from their sponsor."""
    distributor.sponsor_id = sponsor.id if sponsor else None
    distributor.second_id = sponsor.sponsor_id if sponsor else None
    distributor.third_id = sponsor.second_id if sponsor else None
    distributor.depth = sponsor.depth + 1 if sponsor else 1


def count_branch(session: Session, distributor: Distributor, branch: tuple[int, int, int]) -> None:
    """Add to the upline's counters a branch: members at the person's own place, one and two levels below it."""
    upline = (distributor.sponsor_id, distributor.second_id, distributor.third_id)
    for above, ancestor_id in enumerate(upline):
        if ancestor_id is None:
            return
        at_level = [0] * above + list(branch[: 3 - above])
        for level, members in enumerate(at_level, start=1):
            if members:
                change = {"distributor_id": ancestor_id, "level": level, "members": members}
                session.execute(_ADD if members > 0 else _TAKE, change)


def branch_of(session: Session, distributor: Distributor) -> tuple[int, int, int]:
    """Members at the person's own place (one, or none while they are no member), one and two levels below."""
    own = 1 if distributor.status in MEMBER_STATUSES else 0
    below = counts(session, distributor.id)
    return own, below[1], below[2]


def counts(session: Session, distributor_id: UUID) -> dict[int, int]:
    """Members of a distributor's team at levels 1 to 3."""
    rows = session.execute(_COUNTS, {"distributor_id": distributor_id})
    found = {row.level: row.members for row in rows}
    return {level: found.get(level, 0) for level in (1, 2, 3)}


def is_below(session: Session, candidate_id: UUID, root_id: UUID) -> bool:
    """Whether the candidate is the root or anywhere in its downline."""
    return bool(session.execute(_IS_BELOW, {"candidate_id": candidate_id, "root_id": root_id}).scalar_one())


def height(session: Session, distributor_id: UUID) -> int:
    """How many generations there are below a distributor."""
    return int(session.execute(_SUBTREE_HEIGHT, {"root_id": distributor_id}).scalar_one())


def carry_downline(session: Session, root: Distributor, *, deeper_by: int) -> None:
    """Give everybody below a moved person their new upline columns and depth."""
    place_of_root = {"root_id": root.id, "sponsor_id": root.sponsor_id, "second_id": root.second_id}
    session.execute(_RELEVEL_CHILDREN, place_of_root)
    session.execute(_RELEVEL_GRANDCHILDREN, {"root_id": root.id, "sponsor_id": root.sponsor_id})
    if deeper_by:
        session.execute(_SHIFT_DEPTH, {"root_id": root.id, "by": deeper_by})


def forget_loaded(session: Session, people: Iterable[object]) -> None:
    """Expire people whose columns a statement changed, so that nobody reads them from memory."""
    for person in people:
        if isinstance(person, Distributor):
            session.expire(person)
