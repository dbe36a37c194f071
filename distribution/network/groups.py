"""Puts a distributor into groups and takes them out again."""

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


def add_to_group(
    session: Session,
    distributor_id: UUID | str,
    group: str,
    *,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> Distributor:
    """Put a distributor into a group from `now` on; raises what `set_groups` raises."""
    distributor = _locked(session, distributor_id)
    return _change(session, distributor, {*distributor.groups, group}, actor=actor, now=now, reason=reason)


def remove_from_group(
    session: Session,
    distributor_id: UUID | str,
    group: str,
    *,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> Distributor:
    """Take a distributor out of a group from `now` on; raises what `set_groups` raises."""
    distributor = _locked(session, distributor_id)
    if group not in distributor.groups:
        _check(session, [group])
    return _change(session, distributor, {*distributor.groups} - {group}, actor=actor, now=now, reason=reason)


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
    distributor = _locked(session, distributor_id)
    return _change(session, distributor, set(groups), actor=actor, now=now, reason=reason)


def _locked(session: Session, distributor_id: UUID | str) -> Distributor:
    tree.lock(session)
    return find.by_id(session, distributor_id, for_update=True)


def _change(
    session: Session,
    distributor: Distributor,
    wanted: set[str],
    *,
    actor: str,
    now: datetime,
    reason: str | None,
) -> Distributor:
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
