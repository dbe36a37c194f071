"""What merchants decided about when commission matures: what stands now with what it holds, and every decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, text
from sqlalchemy.orm import Session, aliased

from distribution.analytics.console_distributor import by_code_or_email
from distribution.analytics.console_paging import Page, page
from distribution.analytics.console_people import actor_names
from distribution.commission.review.moving import Subject
from distribution.commission.review.rule import RELEASE
from distribution.commission.review.tables import CommissionReview
from distribution.errors import InvalidInput, NotFound
from distribution.network.tables import Distributor
from distribution.orders.tables import Order

_Later = aliased(CommissionReview)
_SAME_SUBJECT = or_(
    _Later.order_id == CommissionReview.order_id,
    _Later.distributor_id == CommissionReview.distributor_id,
)
STANDS: ColumnElement[bool] = and_(
    CommissionReview.decision != RELEASE,
    ~exists().where(_SAME_SUBJECT, _Later.number > CommissionReview.number),
)
"""Of a decision: that it is the newest of its subject, and no release."""
# Lines that mature otherwise than they would have, as far as nobody has settled them: those of periods say so in their
# basis.
_MOVED = text("""
WITH windows AS (
    SELECT DISTINCT ON (currency) currency, epoch, cutoff_at FROM distribution.settlement_runs
    ORDER BY currency, number DESC
), moved AS (
    SELECT order_id, distributor_id, currency, amount_minor, epoch, matures_at FROM distribution.commission_lines
    WHERE original_at IS NOT NULL
        AND (order_id = ANY (:order_ids) OR distributor_id = ANY (CAST(:distributor_ids AS uuid[])))
    UNION ALL
    SELECT 0, distributor_id, currency, amount_minor, epoch, matures_at FROM distribution.period_adjustments
    WHERE basis ? 'original_at' AND distributor_id = ANY (CAST(:distributor_ids AS uuid[]))
)
SELECT moved.order_id, moved.distributor_id, moved.currency, sum(moved.amount_minor)::bigint AS amount_minor
FROM moved LEFT JOIN windows USING (currency)
WHERE windows.epoch IS NULL OR moved.epoch > windows.epoch OR moved.matures_at > windows.cutoff_at
GROUP BY 1, 2, 3
""")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One decision; exactly one of `order_id` and `distributor_id` is given."""

    number: int
    order_id: int | None
    order_number: str | None
    distributor_id: UUID | None
    distributor_name: str | None
    decision: str
    moment: datetime | None
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Decisions, newest first, who made them by name, and by number what each moves by now, in each currency."""

    rows: Page[ReviewRow]
    names: dict[str, str]
    moved: dict[int, list[tuple[str, int]]]


_COLUMNS = (
    CommissionReview.number,
    CommissionReview.order_id,
    Order.number.label("order_number"),
    CommissionReview.distributor_id,
    Distributor.name,
    CommissionReview.decision,
    CommissionReview.moment,
    CommissionReview.reason,
    CommissionReview.actor,
    CommissionReview.at,
)


def reviews(session: Session, *, only_standing: bool, cursor: str | None = None) -> ReviewPage:
    """Decisions, newest first: those that stand, or all."""
    found = page(session, _decisions(only_standing), (CommissionReview.number,), _row, cursor=cursor)
    return ReviewPage(
        rows=found,
        names=actor_names(session, (one.actor for one in found.items)),
        moved=_moved(session, found.items) if only_standing else {},
    )


def decisions(
    session: Session, *, only_standing: bool, limit: int, before: int | None = None
) -> list[ReviewRow]:
    """The same as a plain list."""
    query = _decisions(only_standing).order_by(CommissionReview.number.desc()).limit(limit)
    if before is not None:
        query = query.where(CommissionReview.number < before)
    return [_row(row) for row in session.execute(query)]


def decision(session: Session, number: int) -> ReviewRow:
    """One of them."""
    return _row(session.execute(_decisions(False).where(CommissionReview.number == number)).one())


def standing_review(
    session: Session, *, order_id: int | None = None, distributor_id: UUID | None = None
) -> CommissionReview | None:
    """What stands about an order or a distributor."""
    subject = (
        CommissionReview.order_id == order_id
        if order_id is not None
        else CommissionReview.distributor_id == distributor_id
    )
    query = select(CommissionReview).where(subject).order_by(CommissionReview.number.desc()).limit(1)
    newest = session.scalars(query).one_or_none()
    return None if newest is None or newest.decision == RELEASE else newest


def subject_of(session: Session, wanted: str) -> Subject:
    """The order or the person a merchant means: by number or id of an order, by code, address or id of a person.

    Raises InvalidInput where there is none, or several orders have that number.
    """
    name = wanted.strip()[:254].replace("\x00", "")
    person = None if name.startswith("#") else by_code_or_email(session, name)
    if person is not None:
        return Subject(distributor_id=person)
    key = name.removeprefix("#")
    orders = session.scalars(
        select(Order.id).where(or_(Order.number == key, Order.external_id == key)).limit(2)
    ).all()
    if len(orders) != 1:
        why = "several orders have this number" if orders else "there is no such order or distributor"
        raise InvalidInput(f"{name}: {why}", field="subjects", wanted=name)
    return Subject(order_id=orders[0])


def order_known_as(session: Session, source: str, external_id: str) -> Subject:
    """An order by its id in its source; raises NotFound."""
    query = select(Order.id).where(Order.source == source, Order.external_id == external_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"order {external_id!r} was never recorded", field="order_id")
    return Subject(order_id=found)


def _decisions(only_standing: bool) -> Any:
    query = (
        select(*_COLUMNS)
        .outerjoin(Order, Order.id == CommissionReview.order_id)
        .outerjoin(Distributor, Distributor.id == CommissionReview.distributor_id)
    )
    return query.where(STANDS) if only_standing else query


def _row(row: Any) -> ReviewRow:
    return ReviewRow(*row[: len(_COLUMNS)])


def _moved(session: Session, rows: tuple[ReviewRow, ...]) -> dict[int, list[tuple[str, int]]]:
    by_order = {row.order_id: row.number for row in rows if row.order_id is not None}
    by_person = {row.distributor_id: row.number for row in rows if row.distributor_id is not None}
    sums: dict[int, dict[str, int]] = {row.number: {} for row in rows}
    asked = {"order_ids": list(by_order), "distributor_ids": [str(who) for who in by_person]}
    for order_id, distributor_id, currency, amount_minor in session.execute(_MOVED, asked):
        for number in (by_order.get(order_id), by_person.get(distributor_id)):
            if number is not None:
                sums[number][currency] = sums[number].get(currency, 0) + amount_minor
    return {number: sorted(found.items()) for number, found in sums.items()}
