"""Somebody of the merchant's proposes an adjustment; up to the program's limit it is carried out at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.adjustment import read
from distribution.adjustment.decision import decide
from distribution.adjustment.document import Proposal
from distribution.adjustment.errors import NeverAMember
from distribution.adjustment.lock import lock
from distribution.adjustment.money import move
from distribution.adjustment.read import AdjustmentSeen
from distribution.adjustment.split import takes_second_person
from distribution.adjustment.tables import APPROVED, Adjustment
from distribution.audit.chain import append
from distribution.audit.record import record
from distribution.db import new_id
from distribution.errors import Conflict
from distribution.network import find
from distribution.settings import program

_NEVER_MEMBERS = ("applied", "rejected")


def propose(
    session: Session, proposal: Proposal, *, actor: str, now: datetime, adjustment_id: UUID | None = None
) -> AdjustmentSeen:
    """Write an adjustment down, and carry it out unless it takes a second person.

    `adjustment_id` makes a repetition known as one: it changes nothing, and raises Conflict with other facts. Whoever
    is suspended, has left or was removed can be given and taken as before. Raises InvalidInput and its kinds,
    DistributorNotFound, NeverAMember.
    """
    proposal = proposal.checked()
    identity = adjustment_id or new_id()
    lock(session, identity)
    known = read.find(session, identity)
    if known is not None:
        return _same(known, proposal, actor)
    distributor = find.by_id(session, proposal.distributor_id)
    if distributor.status in _NEVER_MEMBERS:
        raise NeverAMember(distributor.status)
    limit_minor = program.read(session).adjustment.second_person_above_minor.get(proposal.currency)
    adjustment = Adjustment(
        id=identity,
        distributor_id=distributor.id,
        currency=proposal.currency,
        amount_minor=proposal.amount_minor,
        category=proposal.category,
        reason=proposal.reason,
        reference=proposal.reference,
        proposed_by=actor,
        proposed_at=now,
        limit_minor=limit_minor,
        second_person=takes_second_person(proposal.amount_minor, limit_minor),
    )
    if adjustment.second_person:
        write(session, adjustment)
        return AdjustmentSeen(adjustment, None)
    held = move(session, adjustment, now=now)
    write(session, adjustment)
    decision = decide(session, adjustment, APPROVED, held=held, actor=actor, now=now)
    return AdjustmentSeen(adjustment, decision)


def write(session: Session, adjustment: Adjustment) -> None:
    """Add a proposed adjustment to its chain, with its entry on the audit log."""
    append(session, adjustment)
    record(
        session,
        actor=adjustment.proposed_by,
        action="adjustment.propose",
        subject_type="adjustment",
        subject_id=adjustment.id,
        now=adjustment.proposed_at,
        after={
            "distributor_id": str(adjustment.distributor_id),
            "amount_minor": adjustment.amount_minor,
            "currency": adjustment.currency,
            "category": adjustment.category,
            "second_person": adjustment.second_person,
        },
        reason=adjustment.reason,
    )


def _same(known: AdjustmentSeen, proposal: Proposal, actor: str) -> AdjustmentSeen:
    before = known.adjustment
    proposed = Proposal(
        before.distributor_id,
        before.amount_minor,
        before.currency,
        before.category,
        before.reason,
        before.reference,
    )
    if (proposed, before.proposed_by) != (proposal, actor):
        raise Conflict("this adjustment was proposed with other facts", adjustment_id=before.id)
    return known
