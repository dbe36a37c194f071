"""A shopper who is known by e-mail visits or signs up: bound to whoever sent them, where the program says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.attribution.decide import (
    BINDING,
    CLICK,
    REFERRAL_CODE,
    Candidate,
    Decision,
    Referral,
    decide,
)
from distribution.attribution.policy import Occasion, from_document
from distribution.attribution.rebind import binding_at
from distribution.attribution.tables import Binding
from distribution.audit.record import record
from distribution.errors import InvalidInput
from distribution.network.tables import Distributor
from distribution.orders.tables import Order
from distribution.privacy.hashing import email_hash, shopper_key
from distribution.promotion.code import code_key
from distribution.promotion.codes import resolve
from distribution.promotion.tables import Click, ClickRepeat
from distribution.settings import program

# One arrival of a shopper at a time: two at once would both bind them.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('arrive' || :shopper, 0))")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whose the shopper is said to be, and the binding that followed, if one did."""

    decision: Decision
    binding: Binding | None


def arrive(
    session: Session,
    *,
    occasion: Occasion,
    email: str,
    code: str | None,
    click_id: str | None,
    at: datetime,
    actor: str,
    now: datetime,
) -> Arrival:
    """Decide by the program's policy, as for an order, and bind the shopper if that is what follows.

    Said again it changes nothing. The e-mail address is kept as a keyed hash only. Raises InvalidInput for a time
    that is still to come.
    """
    if at > now:
        raise InvalidInput("at: is still to come", field="at")
    shopper = email_hash(shopper_key(session), email)
    session.execute(_LOCK, {"shopper": shopper.hex()})
    policy = from_document(program.read(session).attribution.model_dump())
    referral = Referral(
        placed_at=at,
        customer_key=shopper,
        referral_code=code,
        click_id=click_id,
        has_earlier_order=_has_earlier_order(session, shopper, at),
        occasion=occasion,
    )
    decision = decide(referral, _candidates(session, referral, shopper), policy)
    if decision.binds_from is None or decision.distributor_id is None:
        return Arrival(decision, None)
    ends_at = policy.binding_ends(decision.binds_from)
    entry = record(
        session,
        actor=actor,
        action="customer.bind",
        subject_type="customer",
        subject_id=shopper.hex(),
        now=now,
        after={
            "distributor_id": str(decision.distributor_id),
            "effective_at": decision.binds_from.isoformat(),
            "ends_at": ends_at and ends_at.isoformat(),
            "occasion": occasion,
        },
        reason=decision.detail,
    )
    binding = Binding(
        customer_key=shopper,
        distributor_id=decision.distributor_id,
        effective_at=decision.binds_from,
        ends_at=ends_at,
        audit_number=entry.number,
    )
    session.add(binding)
    session.flush()
    return Arrival(decision, binding)


def _candidates(session: Session, referral: Referral, shopper: bytes) -> dict[str, Candidate]:
    """Whom the code, the click and the binding lead to."""
    found: dict[str, Candidate] = {}
    click = _click(session, referral.click_id) if referral.click_id else None
    if click is not None:
        found[CLICK] = _candidate(session.get_one(Distributor, click.distributor_id), since=click.at)
    if referral.referral_code:
        known = resolve(session, [referral.referral_code]).get(code_key(referral.referral_code))
        if known is not None:
            clicked_at = (
                click.at if click is not None and click.distributor_id == known.distributor_id else None
            )
            person = session.get_one(Distributor, known.distributor_id)
            found[REFERRAL_CODE] = _candidate(person, since=clicked_at, switched_on=known.active)
    bound = binding_at(session, shopper, at=referral.placed_at)
    if bound is not None and bound.distributor_id is not None:
        person = session.get_one(Distributor, bound.distributor_id)
        found[BINDING] = _candidate(person, since=bound.effective_at)
    return found


def _click(session: Session, click_id: str) -> Click | None:
    repeat = session.get(ClickRepeat, click_id)
    return session.get(Click, click_id if repeat is None else repeat.click_id)


def _candidate(person: Distributor, *, since: datetime | None, switched_on: bool = True) -> Candidate:
    return Candidate(
        distributor_id=person.id,
        active=switched_on and person.status == "active",
        email_hash=person.email_hash,
        sponsor_id=person.sponsor_id,
        since=since,
    )


def _has_earlier_order(session: Session, shopper: bytes, at: datetime) -> bool:
    earlier = select(Order.id).where(Order.customer_key == shopper, Order.placed_at < at, Order.paid).limit(1)
    return session.scalar(earlier) is not None
