"""Puts a distributor into groups."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.network import find, tree
from distribution.network.history import begin_membership
from distribution.network.tables import Distributor
from distribution.settings import program


def set_groups(
    session: Session,
    distributor_id: UUID | str,
    *,
    groups: Collection[str],
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> Distributor:
    """Put a distributor into exactly these groups from `now` on.

    Orders placed before keep the groups they had. Raises InvalidInput (`groups`) for one the program does not have, and
    DistributorNotFound. The groups they are in already change nothing.
    """
    tree.lock(session)
    distributor = find.by_id(session, distributor_id, for_update=True)
    wanted = set(groups)
    before = distributor.groups
    changed = sorted(wanted.symmetric_difference(before))
    if not changed:
        return distributor
    _check(session, wanted.difference(before))
    distributor.groups = sorted(wanted)
    session.flush()
    for group in changed:
        begin_membership(session, distributor, group, actor=actor, now=now, reason=reason)
    record(
        session,
        actor=actor,
        action="distributor.set_groups",
        subject_type="distributor",
        subject_id=distributor.id,
        now=now,
        before={"groups": before},
        after={"groups": distributor.groups},
        reason=reason,
    )
    return distributor


def _check(session: Session, groups: Collection[str]) -> None:
    unknown = sorted(set(groups).difference(program.read(session).groups))
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise InvalidInput(f"groups: the program has no group {names}", field="groups", groups=unknown)
