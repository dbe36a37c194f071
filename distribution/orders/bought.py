"""Admits those who bought what the program asks for, where that is the rule of joining."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from distribution.network import find
from distribution.network.standing import approve
from distribution.network.tables import Distributor
from distribution.orders.state import from_state
from distribution.orders.tables import Order
from distribution.orders.tables import OrderSnapshot as SnapshotRow
from distribution.settings import program
from distribution.settings.joining import BoughtRule

ACTOR = "job:bought"
_ORDERS_READ = 200


def admit(session: Session, distributor_id: UUID, *, now: datetime) -> bool:
    """Approve an application if its address is confirmed and has bought what is asked for; whether it was."""
    settings = program.read(session)
    if settings.join_policy != "bought":
        return False
    applicant = find.by_id(session, distributor_id)
    if applicant.status != "applied" or applicant.email_confirmed_at is None:
        return False
    if not has_bought(session, applicant.email_hash, settings.bought):
        return False
    approve(session, distributor_id, actor=ACTOR, now=now)
    return True


def waiting(session: Session, *, limit: int = 1000) -> list[UUID]:
    """Applicants who may have bought by now, the longest waiting first."""
    query = (
        select(Distributor.id)
        .where(Distributor.status == "applied", Distributor.email_confirmed_at.is_not(None))
        .order_by(Distributor.created_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def has_bought(session: Session, customer_key: bytes, rule: BoughtRule) -> bool:
    """Whether the paid orders of a shopper, those without money given back, fulfil the rule."""
    query = (
        select(Order, SnapshotRow.observed_at, SnapshotRow.state)
        .join(SnapshotRow, (SnapshotRow.order_id == Order.id) & (SnapshotRow.number == Order.snapshot_count))
        .where(
            Order.customer_key == customer_key,
            Order.paid,
            Order.status == "open",
            Order.given_back_minor == 0,
        )
        .order_by(Order.placed_at.desc())
        .limit(_ORDERS_READ)
    )
    spent_minor: dict[str, int] = defaultdict(int)
    wanted = set(rule.product_ids)
    for order, observed_at, state in session.execute(query):
        spent_minor[order.currency] += order.net_minor
        lines = from_state(order.source, observed_at, state).lines
        if any(line.product_id in wanted and line.returned < line.quantity for line in lines):
            return True
    return any(spent_minor[code] >= least_minor for code, least_minor in rule.amount_minor.items())
