"""A merchant gives a customer to another distributor, or to nobody, from now on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.attribution.tables import Binding
from distribution.audit.record import record
from distribution.errors import Conflict, InvalidInput
from distribution.network import find
from distribution.settings import program

Lasts = Literal["as_usual", "without_end"] | datetime


def rebind(
    session: Session,
    *,
    customer_key: bytes,
    distributor_id: UUID | None,
    reason: str,
    actor: str,
    now: datetime,
    effective_at: datetime | None = None,
    lasts: Lasts = "as_usual",
) -> Binding:
    """Bind a shopper, known by the keyed hash of their e-mail, from `effective_at` on, or from now.

    `lasts` says until when: as long as the program's bindings do, without end, or until a moment. Orders placed
    before stay whose they are. Raises DistributorNotFound, Conflict when the shopper is theirs then and would be for
    just as long, InvalidInput without a reason or with moments in the wrong order.
    """
    if not reason.strip():
        raise InvalidInput("reason: say why the customer changes hands", field="reason")
    if distributor_id is not None:
        find.by_id(session, distributor_id)
    begins = now if effective_at is None else effective_at
    if begins < now:
        raise InvalidInput("effective_at: what was is not changed any more", field="effective_at")
    ends_at = None if distributor_id is None else _ends_at(session, begins, lasts)
    if ends_at is not None and ends_at <= begins:
        raise InvalidInput("ends_at: must come after the beginning", field="ends_at")
    standing = binding_at(session, customer_key, at=begins)
    before = standing and standing.distributor_id
    same_end = (
        distributor_id is None
        or lasts == "as_usual"
        or (standing is not None and standing.ends_at == ends_at)
    )
    if before == distributor_id and same_end:
        raise Conflict("the customer is theirs already", field="distributor_id")
    entry = record(
        session,
        actor=actor,
        action="customer.rebind",
        subject_type="customer",
        subject_id=customer_key.hex(),
        now=now,
        before={"distributor_id": before and str(before)},
        after={
            "distributor_id": distributor_id and str(distributor_id),
            "effective_at": begins.isoformat(),
            "ends_at": ends_at and ends_at.isoformat(),
        },
        reason=reason.strip(),
    )
    binding = Binding(
        customer_key=customer_key,
        distributor_id=distributor_id,
        effective_at=begins,
        ends_at=ends_at,
        audit_number=entry.number,
    )
    session.add(binding)
    session.flush()
    return binding


def bindings(session: Session, customer_key: bytes) -> list[Binding]:
    """Everybody a shopper was ever bound to, the newest first."""
    query = select(Binding).where(Binding.customer_key == customer_key)
    return list(session.scalars(query.order_by(Binding.effective_at.desc(), Binding.id.desc())))


def binding_at(session: Session, customer_key: bytes, *, at: datetime) -> Binding | None:
    """The binding in force at a moment: of those that have begun the newest, unless it has ended."""
    newest = next((one for one in bindings(session, customer_key) if one.effective_at <= at), None)
    return None if newest is None or (newest.ends_at is not None and newest.ends_at <= at) else newest


def _ends_at(session: Session, begins: datetime, lasts: Lasts) -> datetime | None:
    if isinstance(lasts, datetime):
        return lasts
    days = program.read(session).attribution.binding_days if lasts == "as_usual" else None
    return None if days is None else begins + timedelta(days=days)
