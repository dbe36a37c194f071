"""Changes a distributor's status: the acts there are, from where to where each leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.audit.record import record
from distribution.network import find, tree
from distribution.network.errors import StandingRefused
from distribution.network.history import begin_standing
from distribution.network.move import move
from distribution.network.tables import Distributor
from distribution.network.telling import tell_standing
from distribution.settings import program


@dataclass(frozen=True, slots=True)
class Act:
    """One way to change a status."""

    name: str
    allowed_from: tuple[str, ...]
    to: str


APPROVE = Act("approve", ("applied", "rejected"), "active")
REJECT = Act("reject", ("applied",), "rejected")
SUSPEND = Act("suspend", ("active",), "suspended")
REINSTATE = Act("reinstate", ("suspended", "left", "removed"), "active")
LEAVE = Act("leave", ("active", "suspended"), "left")
REMOVE = Act("remove", ("active", "suspended"), "removed")
ACTS = {act.name: act for act in (APPROVE, REJECT, SUSPEND, REINSTATE, LEAVE, REMOVE)}


def approve(session: Session, distributor_id: UUID, *, actor: str, now: datetime) -> Distributor:
    """Accept an application: from now on the distributor earns."""
    return change_standing(session, distributor_id, APPROVE, actor=actor, now=now)


def reject(session: Session, distributor_id: UUID, *, actor: str, now: datetime, reason: str) -> Distributor:
    """Turn an application down."""
    return change_standing(session, distributor_id, REJECT, actor=actor, now=now, reason=reason)


def suspend(session: Session, distributor_id: UUID, *, actor: str, now: datetime, reason: str) -> Distributor:
    """Stop a distributor's earning for a time; their place and their team stay."""
    return change_standing(session, distributor_id, SUSPEND, actor=actor, now=now, reason=reason)


def reinstate(
    session: Session, distributor_id: UUID, *, actor: str, now: datetime, reason: str | None = None
) -> Distributor:
    """Let a suspended, removed or former distributor earn again, at their old place."""
    return change_standing(session, distributor_id, REINSTATE, actor=actor, now=now, reason=reason)


def leave(
    session: Session, distributor_id: UUID, *, actor: str, now: datetime, reason: str | None = None
) -> Distributor:
    """End a distributor's part in the program at their own wish."""
    return change_standing(session, distributor_id, LEAVE, actor=actor, now=now, reason=reason)


def remove(session: Session, distributor_id: UUID, *, actor: str, now: datetime, reason: str) -> Distributor:
    """End a distributor's part in the program for cause."""
    return change_standing(session, distributor_id, REMOVE, actor=actor, now=now, reason=reason)


def change_standing(
    session: Session,
    distributor_id: UUID,
    act: Act,
    *,
    actor: str,
    now: datetime,
    reason: str | None = None,
    tells: bool = True,
) -> Distributor:
    """Carry out one act: status, counters of the upline, standing, audit entry.

    Somebody who goes takes nobody along: the downline stays below them or moves to the nearest active person
    above, as the program's `downline_on_exit` says. Without `tells` whoever calls has words of their own for it.
    Raises StandingRefused when the act is not possible from the present status.
    """
    tree.lock(session)
    distributor = find.by_id(session, distributor_id, for_update=True)
    before = distributor.status
    if before not in act.allowed_from:
        raise StandingRefused(act.name, before, act.allowed_from)
    was_member = before in tree.MEMBER_STATUSES
    distributor.status = act.to
    is_member = act.to in tree.MEMBER_STATUSES
    if is_member and distributor.joined_at is None:
        distributor.joined_at = now
    if act.to in ("left", "removed"):
        # Whoever is logged in under this account is not, from here on.
        distributor.session_version += 1
    session.flush()
    if was_member != is_member:
        tree.count_branch(session, distributor, (1 if is_member else -1, 0, 0))
    if tells:
        tell_standing(session, distributor, act.name, now=now)
    begin_standing(session, distributor, actor=actor, now=now, reason=reason)
    record(
        session,
        actor=actor,
        action=f"distributor.{act.name}",
        subject_type="distributor",
        subject_id=distributor.id,
        now=now,
        before={"status": before},
        after={"status": act.to},
        reason=reason,
    )
    if was_member and not is_member and program.read(session).downline_on_exit == "sponsor":
        _hand_over_downline(session, distributor, actor=actor, now=now)
    return distributor


def _hand_over_downline(session: Session, distributor: Distributor, *, actor: str, now: datetime) -> None:
    heir_id = nearest_active(session, distributor.sponsor_id)
    children = select(Distributor.id).where(Distributor.sponsor_id == distributor.id).order_by(Distributor.id)
    for child_id in session.scalars(children).all():
        move(
            session,
            child_id,
            sponsor_id=heir_id,
            actor=actor,
            now=now,
            reason=f"their sponsor {distributor.id} is {distributor.status}",
        )


def nearest_active(session: Session, above_id: UUID | None) -> UUID | None:
    """The first active person from there upwards, if there is one."""
    while above_id is not None:
        above = find.by_id(session, above_id)
        if above.status == "active":
            break
        above_id = above.sponsor_id
    return above_id
