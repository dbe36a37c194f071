"""Somebody's status changes; of who leaves or is removed, commission and customers go as the program says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.balances import balances
from distribution.attribution.hand_over import hand_over_customers
from distribution.commission.accrue import raw
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject, keep_writers_out
from distribution.commission.review.read import standing
from distribution.commission.review.rule import HOLD, Standing
from distribution.commission.review.tables import LONGEST_REASON
from distribution.leaving.keep import keep
from distribution.network.standing import Act, change_standing, nearest_active
from distribution.network.tables import Distributor
from distribution.settings import program
from distribution.settings.document import ProgramSettings

_EXITS = ("left", "removed")
# What has still to be paid for, and what the periods of this year, or of the month before, may add to what was settled.
_AWAITED = text("""
SELECT EXISTS (
    SELECT FROM distribution.orders
    WHERE :distributor_id IN (distributor_id, second_id, third_id) AND status = 'open' AND (NOT paid OR placed_at >= (
        SELECT date_trunc('year', (CAST(:now AS timestamptz) - interval '1 month') AT TIME ZONE time_zone)
            AT TIME ZONE time_zone
        FROM distribution.counting
    ))
)
""")


def change_status(
    session: Session,
    distributor_id: UUID,
    act: Act,
    *,
    actor: str,
    now: datetime,
    reason: str | None = None,
    tells: bool = True,
    holds: bool = True,
) -> Distributor:
    """Carry out one act as `change_standing` does, and at an exit what the program's policies say.

    By `pending_on_exit` what is not settled yet, or comes of orders that are not paid for and of periods that are not
    decided yet, is paid as before, or held until somebody has reviewed it: released, or never paid. By
    `customers_on_exit` shoppers stay bound, are bound to nobody, or to the nearest active person above.
    Whoever is made active again while their account is being closed keeps it. Without `holds` nothing is held at an
    exit, whatever the policy. Raises what `change_standing` raises, AccountErased, and WritersBusy.
    """
    if act.to == "active" and keep(session, distributor_id, actor=actor, now=now):
        tells = False
    settings = program.read(session)
    holds = holds and act.to in _EXITS and _holds(settings, act)
    if holds:
        # Before the tree's lock, as whoever records an order takes them.
        keep_writers_out(session)
    person = change_standing(session, distributor_id, act, actor=actor, now=now, reason=reason, tells=tells)
    if act.to not in _EXITS:
        return person
    why = f"{person.status}: {reason}" if reason else person.status
    if holds:
        _hold_pending(session, person, actor=actor, now=now, reason=why)
    if settings.customers_on_exit != "stay":
        by_sponsor = settings.customers_on_exit == "sponsor"
        heir_id = nearest_active(session, person.sponsor_id) if by_sponsor else None
        hand_over_customers(session, from_id=person.id, to_id=heir_id, actor=actor, now=now, reason=why)
    return person


def _holds(settings: ProgramSettings, act: Act) -> bool:
    policy = settings.pending_on_exit
    return policy == "held" or (policy == "held_when_removed" and act.to == "removed")


def _hold_pending(session: Session, person: Distributor, *, actor: str, now: datetime, reason: str) -> None:
    held = standing(raw(session), [], [person.id]).people.get(person.id)
    if held == Standing(HOLD, None) or not (
        _unsettled(session, person, now) or _awaited(session, person, now)
    ):
        return
    why = reason[:LONGEST_REASON]
    review(session, Subject(distributor_id=person.id), decision=HOLD, reason=why, actor=actor, now=now)


def _unsettled(session: Session, person: Distributor, now: datetime) -> bool:
    return any(each.pending_minor or each.matured_minor for each in balances(session, person.id, now=now))


def _awaited(session: Session, person: Distributor, now: datetime) -> bool:
    found: bool = session.execute(_AWAITED, {"distributor_id": person.id, "now": now}).scalar_one()
    return found
