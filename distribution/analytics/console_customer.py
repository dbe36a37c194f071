"""A shopper as the program knows them: whose they were, are and will be, and what they bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.analytics.console_people import distributor_names
from distribution.attribution.rebind import binding_at, bindings
from distribution.errors import NotFound
from distribution.orders.tables import Order
from distribution.privacy.hashing import email_hash, shopper_key

ORDERS_SHOWN = 50
KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class BindingRow:
    """One binding; `state` is coming, in_force or over, the cause an order or an entry of the audit log."""

    distributor_id: UUID | None
    distributor_name: str | None
    effective_at: datetime
    ends_at: datetime | None
    state: str
    order_id: int | None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order of the shopper."""

    id: int
    number: str
    placed_at: datetime
    distributor_id: UUID | None
    distributor_name: str | None
    reason: str | None
    total_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Everything kept under one keyed hash of an e-mail address; the address itself is not."""

    key: bytes
    owner_id: UUID | None
    owner_name: str | None
    bindings: tuple[BindingRow, ...]
    orders: tuple[OrderRow, ...]


def key_of(session: Session, email: str) -> bytes:
    """The key a shopper is known by."""
    return email_hash(shopper_key(session), email)


def key_from_text(text: str) -> bytes:
    """The key in a page's address; raises NotFound for what is none."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise NotFound("no customer has this address", field="key")
    return key


def customer(session: Session, key: bytes, *, now: datetime) -> Customer:
    """What is known of a shopper; of one who never came, nothing."""
    rows = bindings(session, key)
    standing = binding_at(session, key, at=now)
    orders = session.scalars(
        select(Order)
        .where(Order.customer_key == key)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(ORDERS_SHOWN)
    ).all()
    people = {row.distributor_id for row in rows} | {order.distributor_id for order in orders}
    names = distributor_names(session, people)
    owner_id = None if standing is None else standing.distributor_id
    return Customer(
        key=key,
        owner_id=owner_id,
        owner_name=names.get(owner_id) if owner_id else None,
        bindings=tuple(
            BindingRow(
                row.distributor_id,
                names.get(row.distributor_id) if row.distributor_id else None,
                row.effective_at,
                row.ends_at,
                "coming" if row.effective_at > now else "in_force" if row is standing else "over",
                row.order_id,
            )
            for row in rows
        ),
        orders=tuple(
            OrderRow(
                order.id,
                order.number,
                order.placed_at,
                order.distributor_id,
                names.get(order.distributor_id) if order.distributor_id else None,
                order.reason,
                order.total_minor,
                order.currency,
            )
            for order in orders
        ),
    )
