"""A merchant gives a customer to another distributor, or to nobody, from now on."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.attribution.tables import Binding
from distribution.audit.record import record
from distribution.errors import Conflict, InvalidInput
from distribution.network import find
from distribution.settings import program


def rebind(
    session: Session,
    *,
    customer_key: bytes,
    distributor_id: UUID | None,
    reason: str,
    actor: str,
    now: datetime,
) -> Binding:
    """Bind a shopper, known by the keyed hash of their e-mail, for as long as the program's bindings last.

    Orders placed before stay whose they are. Raises DistributorNotFound, Conflict when the shopper is theirs
    already, InvalidInput without a reason.
    """
    if not reason.strip():
        raise InvalidInput("reason: say why the customer changes hands", field="reason")
    if distributor_id is not None:
        find.by_id(session, distributor_id)
    before = bound_to(session, customer_key, at=now)
    if before == distributor_id:
        raise Conflict("the customer is theirs already", field="distributor_id")
    days = program.read(session).attribution.binding_days
    entry = record(
        session,
        actor=actor,
        action="customer.rebind",
        subject_type="customer",
        subject_id=customer_key.hex(),
        now=now,
        before={"distributor_id": before and str(before)},
        after={"distributor_id": distributor_id and str(distributor_id)},
        reason=reason.strip(),
    )
    binding = Binding(
        customer_key=customer_key,
        distributor_id=distributor_id,
        effective_at=now,
        ends_at=None if days is None or distributor_id is None else now + timedelta(days=days),
        audit_number=entry.number,
    )
    session.add(binding)
    session.flush()
    return binding


def bindings(session: Session, customer_key: bytes) -> list[Binding]:
    """Everybody a shopper was ever bound to, the newest first."""
    query = select(Binding).where(Binding.customer_key == customer_key)
    return list(session.scalars(query.order_by(Binding.effective_at.desc(), Binding.id.desc())))


def bound_to(session: Session, customer_key: bytes, *, at: datetime) -> UUID | None:
    """Whose a shopper is at a moment: of the bindings that have begun the newest, unless it has ended."""
    newest = next((one for one in bindings(session, customer_key) if one.effective_at <= at), None)
    if newest is None or (newest.ends_at is not None and newest.ends_at <= at):
        return None
    return newest.distributor_id
