"""One order as a distributor sees it: where it is, what it brings them, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.explanation.own import OwnLevel
from distribution.analytics.explanation.read import own_explanations
from distribution.analytics.order_history import OrderHistory, order_history
from distribution.analytics.order_hold import own_hold
from distribution.analytics.order_periods import AdjustedPeriod, adjusted_periods
from distribution.analytics.order_receipts import received_after_days
from distribution.analytics.order_state import OrderState, order_state
from distribution.errors import NotFound
from distribution.privacy.masking import masked_name


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """One appended amount of a share of the distributor."""

    number: int
    share_number: int
    amount_minor: int
    kind: str
    matures_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """The whole of it; `seller` is the masked name of who sold it, None when it was the distributor, and `seller_id`
    who that is while they are a member of the distributor's team.

    `periods` are of all orders of theirs: no part of the sums here. `hold_grade` is the grade that their hold is of,
    None where it is everybody's. `received_after_days` is None where no receipt is waited for; `total_minor` what the
    shopper pays, gross.
    """

    id: int
    number: str
    currency: str
    country: str | None
    placed_at: datetime
    observed_at: datetime
    state: OrderState
    paid: bool
    quantity: int
    fulfilled_quantity: int
    returned_quantity: int
    reason: str
    hold_days: int
    hold_grade: str | None
    received_after_days: int | None
    total_minor: int
    history: OrderHistory
    seller: str | None
    seller_id: UUID | None
    explanations: tuple[OwnLevel, ...]
    lines: tuple[RecordedLine, ...]
    periods: tuple[AdjustedPeriod, ...]

    @property
    def accrued_minor(self) -> int:
        """What is recorded for the distributor by now."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def potential_minor(self) -> int:
        """What it becomes if all goes well."""
        return sum(each.potential_minor for each in self.explanations)


_ORDER = text("""
SELECT placed.*, terms.reason AS decided_by, terms.hold_days, terms.plan_number, terms.seller_id,
    terms.second_id, terms.third_id, terms.facts, seller.name AS seller_name,
    seller.status IN ('active', 'suspended')
        AND :distributor_id IN (seller.sponsor_id, seller.second_id, seller.third_id) AS is_of_team
FROM distribution.orders placed
JOIN distribution.terms terms ON terms.order_id = placed.id AND terms.number = placed.terms_count
LEFT JOIN distribution.distributors seller ON seller.id = terms.seller_id
WHERE placed.id = :order_id
""")
_LINES = text("""
SELECT number, share_number, amount_minor, kind, matures_at, recorded_at FROM distribution.commission_lines
WHERE order_id = :order_id AND distributor_id = :distributor_id ORDER BY number
""")


def order_detail(session: Session, distributor_id: UUID, order_id: int, *, zone: str = "UTC") -> OrderDetail:
    """The order with this id and its periods in `zone`.

    Raises NotFound when it brings the distributor nothing and never did.
    """
    order = session.execute(_ORDER, {"order_id": order_id, "distributor_id": distributor_id}).one_or_none()
    lines = session.execute(_LINES, {"order_id": order_id, "distributor_id": distributor_id}).all()
    explanations = own_explanations(session, distributor_id, order_id)
    if order is None or not (lines or explanations):
        raise NotFound(f"there is no order {order_id}", order_id=order_id)
    history = order_history(session, order_id, source=order.source)
    days, grade = own_hold(session, order, distributor_id)
    return OrderDetail(
        id=order.id,
        number=order.number,
        currency=order.currency,
        country=order.country,
        placed_at=order.placed_at,
        observed_at=order.observed_at,
        state=order_state(order, received=history.received_at is not None),
        paid=order.paid,
        quantity=order.quantity,
        fulfilled_quantity=order.fulfilled_quantity,
        returned_quantity=order.returned_quantity,
        reason=order.decided_by,
        hold_days=days,
        hold_grade=grade,
        received_after_days=received_after_days(session, order.plan_number),
        total_minor=order.total_minor,
        history=history,
        seller=None if order.seller_id == distributor_id else masked_name(order.seller_name or ""),
        seller_id=order.seller_id if order.is_of_team else None,
        explanations=explanations,
        lines=tuple(RecordedLine(*line) for line in lines),
        periods=adjusted_periods(
            session,
            distributor_id,
            currency=order.currency,
            placed_at=order.placed_at,
            plan_number=order.plan_number,
            zone=zone,
        ),
    )
