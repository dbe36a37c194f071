"""Gives a distributor another sponsor, with everybody below them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.network import find, tree
from distribution.network.errors import SponsorCircle, SponsorInactive, TreeTooDeep
from distribution.network.history import begin_sponsorship
from distribution.network.tables import Distributor
from distribution.settings import program


def move(
    session: Session,
    distributor_id: UUID,
    *,
    sponsor_id: UUID | None,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> Distributor:
    """Place a distributor below another sponsor, or directly below the merchant, from `now` on.

    Orders placed before keep the upline they had. Raises SponsorCircle when the sponsor is below the distributor,
    TreeTooDeep when somebody would come below the program's depth limit, SponsorInactive, DistributorNotFound.
    Moving somebody to where they are changes nothing.
    """
    tree.lock(session)
    distributor = find.by_id(session, distributor_id, for_update=True)
    if distributor.sponsor_id == sponsor_id:
        return distributor
    sponsor = None if sponsor_id is None else find.by_id(session, sponsor_id)
    if sponsor is not None:
        _check(session, distributor, sponsor)
    before, old_depth = distributor.sponsor_id, distributor.depth
    branch = tree.branch_of(session, distributor)
    tree.count_branch(session, distributor, (-branch[0], -branch[1], -branch[2]))
    tree.place(distributor, sponsor)
    session.flush()
    tree.carry_downline(session, distributor, deeper_by=distributor.depth - old_depth)
    tree.count_branch(session, distributor, branch)
    tree.forget_loaded(
        session, [person for person in session.identity_map.values() if person is not distributor]
    )
    begin_sponsorship(session, distributor, actor=actor, now=now, reason=reason)
    record(
        session,
        actor=actor,
        action="distributor.move",
        subject_type="distributor",
        subject_id=distributor.id,
        now=now,
        before={"sponsor_id": str(before) if before else None, "depth": old_depth},
        after={"sponsor_id": str(sponsor_id) if sponsor_id else None, "depth": distributor.depth},
        reason=reason,
    )
    return distributor


def _check(session: Session, distributor: Distributor, sponsor: Distributor) -> None:
    if tree.is_below(session, sponsor.id, distributor.id):
        raise SponsorCircle(distributor.id, sponsor.id)
    if sponsor.status != "active":
        raise SponsorInactive(sponsor.id, sponsor.status)
    limit = program.read(session).max_tree_depth
    deepest = sponsor.depth + 1 + tree.height(session, distributor.id)
    # A tree that was deep before the limit was lowered may still be made shallower.
    if deepest > limit and sponsor.depth + 1 > distributor.depth:
        raise TreeTooDeep(limit, deepest)
