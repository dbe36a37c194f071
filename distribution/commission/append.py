"""What one snapshot causes: the rows to append to an order's history, computed without touching the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count
from operator import is_
from typing import NamedTuple
from uuid import UUID

from distribution.commission.counting.movements import sales_minor
from distribution.commission.entitlement import NOTHING, entitlement
from distribution.commission.hold import hold, wait
from distribution.commission.known import KnownOrder, KnownShare, KnownTerms, Window
from distribution.commission.lots import Lot, moves, unsettled
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.facts import facts_of
from distribution.commission.rating.freeze import freeze_lines
from distribution.commission.rating.share import EarlierShare
from distribution.commission.receipt.rule import Receipt
from distribution.commission.receipt.rule import matures_at as matures_once_received
from distribution.commission.review.rule import Reviews
from distribution.commission.seal import Seal, SealedReceipt, seal
from distribution.commission.taking_back import Part, taken_back
from distribution.orders.snapshot import OrderSnapshot


@dataclass(frozen=True, slots=True)
class NewShare:
    """A share to append, with the rule that made it as canonical JSON."""

    share: KnownShare
    rule: str


class NewLine(NamedTuple):
    """A commission line to append; `original_at` is None where it is `matures_at`."""

    number: int
    share_number: int
    distributor_id: UUID
    amount_minor: int
    matures_at: datetime
    kind: str
    original_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewBinding:
    """A shopper bound by an order."""

    customer_key: bytes
    distributor_id: UUID
    effective_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Appendix:
    """Everything one snapshot appends, sealed by `digest`."""

    order: KnownOrder
    snapshot: OrderSnapshot
    state: str
    content_hash: bytes
    number: int
    recorded_at: datetime
    terms: KnownTerms | None
    new_terms: KnownTerms | None
    shares: list[NewShare]
    lines: list[NewLine]
    binding: NewBinding | None
    sales_minor: int
    seal: Seal


def append(
    order: KnownOrder,
    snapshot: OrderSnapshot,
    *,
    state: bytes,
    content_hash: bytes,
    new_terms: KnownTerms | None,
    plan: CompiledPlan | None,
    binding: NewBinding | None,
    window: Window | None,
    reviews: Reviews,
    receipts: Sequence[Receipt],
    epoch: int,
    now: datetime,
    receipt: SealedReceipt | None = None,
) -> Appendix:
    """The rows that bring an order's history to `snapshot`; `new_terms` freezes or supersedes its terms.

    `state` is the snapshot as canonical JSON, `plan` that of the terms in force and needed only where a line may be
    new; `epoch` is what the lines will carry. Lines are the difference between what each share is worth and what is
    recorded for it; and what is not settled yet is moved to when it matures by `receipts` and `reviews`. `receipt` is
    the one that is recorded with it.
    """
    number = order.snapshot_count + 1
    terms = new_terms or order.terms
    shares = _new_shares(order, snapshot, terms, plan)
    every_share = [*order.shares, *(new.share for new in shares)]
    lines = _lines(
        order,
        snapshot,
        terms,
        plan,
        every_share,
        window,
        _Maturity(order.id, terms, plan, receipts, reviews),
        now,
    )
    state_text = state.decode()
    return Appendix(
        order=order,
        snapshot=snapshot,
        state=state_text,
        content_hash=content_hash,
        number=number,
        recorded_at=now,
        terms=terms,
        new_terms=new_terms,
        shares=shares,
        lines=lines,
        binding=binding,
        sales_minor=sales_minor(snapshot),
        seal=seal(
            order.digest,
            number=number,
            observed_at=snapshot.observed_at,
            recorded_at=now,
            state=state_text,
            terms=new_terms,
            shares=[(new.share, new.rule) for new in shares],
            lines=[
                (
                    line.number,
                    line.share_number,
                    line.distributor_id,
                    line.amount_minor,
                    line.kind,
                    line.matures_at,
                    epoch,
                    line.original_at,
                )
                for line in lines
            ],
            binding=None
            if binding is None
            else (binding.customer_key, binding.distributor_id, binding.effective_at, binding.ends_at),
            receipt=receipt,
        ),
    )


def seen_fulfilled(snapshot: OrderSnapshot, before: OrderSnapshot | None) -> OrderSnapshot:
    """The snapshot with, for each fulfilled line that does not say since when, the first time it was seen so."""
    earlier = {line.id: line for line in before.lines} if before is not None else {}
    lines = []
    for line in snapshot.lines:
        if line.fulfilled and line.fulfilled_at is None:
            known = earlier.get(line.id)
            unchanged = (
                known is not None and known.fulfilled >= line.fulfilled and known.fulfilled_at is not None
            )
            at = known.fulfilled_at if known is not None and unchanged else snapshot.observed_at
            line = replace(line, fulfilled_at=at)
        lines.append(line)
    return snapshot if all(map(is_, lines, snapshot.lines)) else replace(snapshot, lines=tuple(lines))


def _new_shares(
    order: KnownOrder, snapshot: OrderSnapshot, terms: KnownTerms | None, plan: CompiledPlan | None
) -> list[NewShare]:
    if terms is None or terms.seller_id is None or plan is None:
        return []
    earlier = [
        EarlierShare(share.line_id, share.distributor_id, share.claimed_minor)
        for share in order.shares
        if share.terms_number == terms.number
    ]
    frozen = freeze_lines(plan, snapshot, facts_of(terms.facts, terms.upline), earlier)
    numbers = count(len(order.shares) + 1)
    return [
        NewShare(
            KnownShare(
                *(
                    next(numbers),
                    terms.number,
                    line_id,
                    rate.level,
                    frozen.people[rate.level - 1],
                    frozen.base,
                ),
                *(rate.numerator, rate.denominator, claimed_minor, rate.most_minor),
            ),
            rate.rule,
        )
        for line_id, rates, claims in frozen.lines
        for rate, claimed_minor in zip(rates, claims, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Maturity:
    """When lines of one order mature by what is known and decided, given when they would at the latest."""

    order_id: int
    terms: KnownTerms | None
    plan: CompiledPlan | None
    receipts: Sequence[Receipt]
    reviews: Reviews

    def may_move(self) -> bool:
        return bool(self.receipts) or self.reviews.concern(self.order_id)

    def of(self, share: KnownShare, latest_at: datetime) -> datetime:
        return self.reviews.matures_at(
            self.once_received(share, latest_at), self.order_id, share.distributor_id
        )

    def once_received(self, share: KnownShare, latest_at: datetime) -> datetime:
        """The same without what merchants decided; of superseded terms nothing is left that could move."""
        terms, plan = self.terms, self.plan
        if not self.receipts or terms is None or plan is None or share.terms_number != terms.number:
            return latest_at
        waits, held = wait(plan), hold(terms, plan, share.distributor_id)
        return (
            matures_once_received(latest_at, wait=waits, hold=held, receipts=self.receipts)
            if waits
            else latest_at
        )

    def kind_of(self, share: KnownShare, lot: Lot, target: datetime) -> str:
        """What a move is called: a receipt lets mature earlier what no decision had moved."""
        undecided = lot.matures_at <= lot.original_at and not self.reviews.concern(self.order_id)
        if undecided and target == self.once_received(share, lot.original_at) < lot.matures_at:
            return "receipt"
        return "risk_hold" if target > lot.matures_at else "risk_release"


def _lines(
    order: KnownOrder,
    snapshot: OrderSnapshot,
    terms: KnownTerms | None,
    plan: CompiledPlan | None,
    shares: Sequence[KnownShare],
    window: Window | None,
    maturity: _Maturity,
    now: datetime,
) -> list[NewLine]:
    if terms is None or not shares:
        return []
    worth = entitlement(snapshot, [share for share in shares if share.terms_number == terms.number])
    recorded: dict[int, int] = {}
    for line in order.lines:
        recorded[line.share_number] = recorded.get(line.share_number, 0) + line.amount_minor
    fulfilled_at = {line.id: line.fulfilled_at for line in snapshot.lines}
    may_move = maturity.may_move() or any(line.original_at is not None for line in order.lines)
    numbers = count(len(order.lines) + 1)
    waits = wait(plan) + hold(terms)
    by_grade = plan is not None and plan.plan.hold_days_by_grade
    lines: list[NewLine] = []
    for share in shares:
        difference = worth.get(share.number, NOTHING).amount_minor - recorded.get(share.number, 0)
        if not difference and not may_move:
            continue
        who = share.distributor_id
        lots: dict[Lot, int] = {}
        if difference < 0 or may_move:
            lots = unsettled(order.lines, share.number, window)
        parts: list[Part] = []
        if difference > 0:
            if by_grade:
                waits = wait(plan) + hold(terms, plan, who)
            original_at = (fulfilled_at.get(share.line_id) or snapshot.observed_at) + waits
            if not may_move:
                # Nearly every line there is: a tuple less for each counts.
                lines.append(
                    NewLine(next(numbers), share.number, who, difference, original_at, "accrual", None)
                )
                continue
            parts = [Part(difference, Lot(maturity.of(share, original_at), original_at))]
        elif difference:
            parts = taken_back(lots, -difference, now)
        kind = "accrual" if difference > 0 else "reversal"
        lines += [_line(next(numbers), share, part, kind) for part in parts]
        if may_move:
            for amount_minor, lot in parts:
                lots[lot] = lots.get(lot, 0) + amount_minor
            lines += _moved(lots, share, maturity, now, numbers)
    return lines


def _moved(
    lots: Mapping[Lot, int], share: KnownShare, maturity: _Maturity, now: datetime, numbers: Iterator[int]
) -> Iterator[NewLine]:
    """Two lines for each amount that matures otherwise by now: it is taken where it was, and given where it goes."""
    for amount_minor, lot, matures_at in moves(lots, partial(maturity.of, share), now):
        kind = maturity.kind_of(share, lot, matures_at)
        yield _line(next(numbers), share, Part(-amount_minor, lot), kind)
        yield _line(next(numbers), share, Part(amount_minor, Lot(matures_at, lot.original_at)), kind)


def _line(number: int, share: KnownShare, part: Part, kind: str) -> NewLine:
    amount_minor, (matures_at, original_at) = part
    moved_from = original_at if original_at != matures_at else None
    return NewLine(number, share.number, share.distributor_id, amount_minor, matures_at, kind, moved_from)
