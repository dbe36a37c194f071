"""One order from its first sight to its last commission line, with the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from distribution.analytics.console_people import distributor_names
from distribution.analytics.explanation.order import OrderExplanation
from distribution.analytics.explanation.read import explanation
from distribution.analytics.order_hold import own_hold
from distribution.analytics.order_receipts import ReceiptStep, receipts, received_after_days
from distribution.analytics.order_state import OrderState, order_state
from distribution.attribution.rebind import bindings
from distribution.commission.tables import CommissionLine, Share, Terms
from distribution.errors import NotFound
from distribution.orders.snapshot import OrderSnapshot
from distribution.orders.state import from_state
from distribution.orders.tables import BadSnapshot, Order
from distribution.orders.tables import OrderSnapshot as SnapshotRow


@dataclass(frozen=True, slots=True)
class SnapshotStep:
    """What a snapshot showed that the one before did not."""

    number: int
    observed_at: datetime
    recorded_at: datetime
    changes: tuple[tuple[str, object, object], ...]
    lines_caused: int


@dataclass(frozen=True, slots=True)
class TermsStep:
    """Terms that were frozen: by whom the order was sold, under which plan; the last ones hold.

    `holds` are the people, with days and grade, who wait otherwise than everybody.
    """

    number: int
    frozen_at: datetime
    plan_number: int
    hold_days: int
    received_after_days: int | None
    reason: str
    detail: str
    upline: tuple[tuple[UUID, str], ...]
    holds: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class ShareStep:
    """A share, what is recorded for it, and what it becomes."""

    number: int
    terms_number: int
    holds: bool
    line_id: str
    product: str
    level: int
    distributor_id: UUID
    distributor_name: str
    accrued_minor: int
    potential_minor: int


@dataclass(frozen=True, slots=True)
class LineStep:
    """One appended commission line."""

    number: int
    share_number: int
    snapshot_number: int
    level: int
    product: str
    distributor_id: UUID
    distributor_name: str
    kind: str
    amount_minor: int
    matures_at: datetime
    recorded_at: datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class BindingStep:
    """From `at` on, and until `ends_at` if given, the customer is this distributor's; None is nobody."""

    distributor_id: UUID | None
    distributor_name: str | None
    at: datetime
    ends_at: datetime | None
    by_merchant: bool


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order, whole."""

    id: int
    source: str
    external_id: str
    number: str
    channel: str
    currency: str
    country: str | None
    placed_at: datetime
    observed_at: datetime
    state: OrderState
    status: str
    paid: bool
    snapshot: OrderSnapshot
    seller_id: UUID | None
    seller_name: str | None
    reason: str | None
    detail: str | None
    snapshots: tuple[SnapshotStep, ...]
    terms: tuple[TermsStep, ...]
    shares: tuple[ShareStep, ...]
    explanation: OrderExplanation | None
    lines: tuple[LineStep, ...]
    error: str | None
    bindings: tuple[BindingStep, ...]
    receipts: tuple[ReceiptStep, ...]

    @property
    def commission_minor(self) -> int:
        """What is recorded for all levels together."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def potential_minor(self) -> int:
        """What it becomes if everything not returned is delivered and paid."""
        return sum(share.potential_minor for share in self.shares)


_SETTLED = text(
    """
    SELECT DISTINCT ON (statement.distributor_id) statement.distributor_id, run.epoch, run.cutoff_at
    FROM distribution.statements statement JOIN distribution.settlement_runs run ON run.id = statement.run_id
    WHERE statement.distributor_id = ANY (CAST(:distributor_ids AS uuid[])) AND statement.currency = :currency
    ORDER BY statement.distributor_id, statement.number DESC
    """
)


def order_page(session: Session, order_id: int) -> OrderPage:
    """The page of one order; raises NotFound."""
    order = session.get(Order, order_id)
    if order is None:
        raise NotFound("there is no such order", order_id=order_id)
    history = _all(session, SnapshotRow, order_id)
    terms = _all(session, Terms, order_id)
    shares = _all(session, Share, order_id)
    lines = _all(session, CommissionLine, order_id)
    newest = from_state(order.source, history[-1].observed_at, history[-1].state)
    names = distributor_names(
        session,
        [
            order.distributor_id,
            *(person for each in terms for person in (each.seller_id, each.second_id, each.third_id)),
            *(share.distributor_id for share in shares),
        ],
    )
    explained = explanation(session, order_id)
    products = {line.id: line.name or line.sku or line.id for line in newest.lines}
    bad = session.get(BadSnapshot, (order.source, order.external_id))
    return OrderPage(
        id=order.id,
        source=order.source,
        external_id=order.external_id,
        number=order.number,
        channel=order.channel,
        currency=order.currency,
        country=order.country,
        placed_at=order.placed_at,
        observed_at=order.observed_at,
        state=order_state(order),
        status=order.status,
        paid=order.paid,
        snapshot=newest,
        seller_id=order.distributor_id,
        seller_name=names.get(order.distributor_id) if order.distributor_id else None,
        reason=order.reason,
        detail=terms[-1].detail if terms else None,
        snapshots=_snapshots(history, lines),
        terms=tuple(_terms(session, each, names) for each in reversed(terms)),
        shares=tuple(_share(share, order, explained, lines, names, products) for share in shares),
        explanation=explained,
        lines=_lines(session, order, lines, {share.number: share for share in shares}, names, products),
        error=bad.error if bad is not None and bad.resolved_at is None else None,
        bindings=_bindings(session, order.customer_key),
        receipts=receipts(session, order.id),
    )


def _bindings(session: Session, customer_key: bytes | None) -> tuple[BindingStep, ...]:
    rows = bindings(session, customer_key) if customer_key is not None else []
    names = distributor_names(session, [row.distributor_id for row in rows])
    return tuple(
        BindingStep(
            row.distributor_id,
            names.get(row.distributor_id) if row.distributor_id else None,
            row.effective_at,
            row.ends_at,
            row.audit_number is not None,
        )
        for row in rows
    )


def _all(session: Session, table: Any, order_id: int) -> list[Any]:
    return list(session.scalars(select(table).where(table.order_id == order_id).order_by(table.number)))


def _snapshots(history: list[SnapshotRow], lines: list[CommissionLine]) -> tuple[SnapshotStep, ...]:
    steps = []
    before: Mapping[str, Any] = {}
    for row in history:
        caused = sum(line.snapshot_number == row.number for line in lines)
        steps.append(
            SnapshotStep(row.number, row.observed_at, row.recorded_at, _changes(before, row.state), caused)
        )
        before = row.state
    return tuple(reversed(steps))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, object, object], ...]:
    seen = ("status", "total", "collected", "given_back", "referral_code", "voucher_code")
    changes: list[tuple[str, object, object]] = [
        (name, before.get(name), after.get(name))
        for name in seen
        if before.get(name) != after.get(name) and not (not before and after.get(name) in (None, 0))
    ]
    for name in ("quantity", "fulfilled", "returned"):
        old = sum(line[name] for line in before.get("lines", ()))
        new = sum(line[name] for line in after["lines"])
        if old != new:
            changes.append((name, old if before else None, new))
    return tuple(changes)


def _terms(session: Session, terms: Terms, names: Mapping[UUID, str]) -> TermsStep:
    upline = [person for person in (terms.seller_id, terms.second_id, terms.third_id) if person is not None]
    return TermsStep(
        number=terms.number,
        frozen_at=terms.frozen_at,
        plan_number=terms.plan_number,
        hold_days=terms.hold_days,
        received_after_days=received_after_days(session, terms.plan_number),
        reason=terms.reason,
        detail=terms.detail,
        upline=tuple((person, names.get(person, "")) for person in upline),
        holds=tuple(
            (names.get(person, ""), days, grade)
            for person in upline
            for days, grade in [own_hold(session, terms, person)]
            if grade is not None
        ),
    )


def _share(
    share: Share,
    order: Order,
    explained: OrderExplanation | None,
    lines: list[CommissionLine],
    names: Mapping[UUID, str],
    products: Mapping[str, str],
) -> ShareStep:
    holds = share.terms_number == order.terms_count
    level = explained.level(share.number) if explained is not None and holds else None
    return ShareStep(
        number=share.number,
        terms_number=share.terms_number,
        holds=holds,
        line_id=share.line_id,
        product=products.get(share.line_id, share.line_id),
        level=share.level,
        distributor_id=share.distributor_id,
        distributor_name=names.get(share.distributor_id, ""),
        accrued_minor=sum(line.amount_minor for line in lines if line.share_number == share.number),
        potential_minor=level.potential_minor if level is not None else 0,
    )


def _lines(
    session: Session,
    order: Order,
    lines: list[CommissionLine],
    shares: Mapping[int, Share],
    names: Mapping[UUID, str],
    products: Mapping[str, str],
) -> tuple[LineStep, ...]:
    asked = {"currency": order.currency, "distributor_ids": [line.distributor_id for line in lines]}
    settled = {who: (epoch, cutoff_at) for who, epoch, cutoff_at in session.execute(_SETTLED, asked)}
    return tuple(
        LineStep(
            number=line.number,
            share_number=line.share_number,
            snapshot_number=line.snapshot_number,
            level=shares[line.share_number].level,
            product=products.get(shares[line.share_number].line_id, shares[line.share_number].line_id),
            distributor_id=line.distributor_id,
            distributor_name=names.get(line.distributor_id, ""),
            kind=line.kind,
            amount_minor=line.amount_minor,
            matures_at=line.matures_at,
            recorded_at=line.recorded_at,
            settled=line.distributor_id in settled
            and line.epoch <= settled[line.distributor_id][0]
            and line.matures_at <= settled[line.distributor_id][1],
        )
        for line in reversed(lines)
    )
