"""What one snapshot causes: the rows to append to an order's history, computed without touching the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from operator import is_
from typing import NamedTuple
from uuid import UUID

from distribution.commission.counting.movements import sales_minor
from distribution.commission.entitlement import NOTHING, entitlement
from distribution.commission.hold import hold_days
from distribution.commission.known import KnownOrder, KnownShare, KnownTerms, Window
from distribution.commission.lots import Lot, moves, unsettled
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.facts import facts_of
from distribution.commission.rating.freeze import freeze_lines
from distribution.commission.rating.share import EarlierShare
from distribution.commission.review.rule import Reviews
from distribution.commission.seal import Seal, seal
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
    epoch: int,
    now: datetime,
) -> Appendix:
    """The rows that bring an order's history to `snapshot`; `new_terms` freezes or supersedes its terms.

    `state` is the snapshot as canonical JSON, `plan` that of the terms in force and needed only where a line may be
    new; `epoch` is what the lines will carry. Lines are the difference between what each share is worth and what is
    recorded for it; and what is not settled yet is moved to when it matures by `reviews`.
    """
    number = order.snapshot_count + 1
    terms = new_terms or order.terms
    shares = _new_shares(order, snapshot, terms, plan)
    every_share = [*order.shares, *(new.share for new in shares)]
    lines = _lines(order, snapshot, terms, plan, every_share, window, reviews, now)
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


def _lines(
    order: KnownOrder,
    snapshot: OrderSnapshot,
    terms: KnownTerms | None,
    plan: CompiledPlan | None,
    shares: Sequence[KnownShare],
    window: Window | None,
    reviews: Reviews,
    now: datetime,
) -> list[NewLine]:
    if terms is None or not shares:
        return []
    worth = entitlement(snapshot, [share for share in shares if share.terms_number == terms.number])
    recorded: dict[int, int] = {}
    for line in order.lines:
        recorded[line.share_number] = recorded.get(line.share_number, 0) + line.amount_minor
    fulfilled_at = {line.id: line.fulfilled_at for line in snapshot.lines}
    reviewed = reviews.concern(order.id) or any(line.original_at is not None for line in order.lines)
    numbers = count(len(order.lines) + 1)
    hold = timedelta(days=terms.hold_days)
    by_grade = plan is not None and plan.plan.hold_days_by_grade
    lines: list[NewLine] = []
    for share in shares:
        difference = worth.get(share.number, NOTHING).amount_minor - recorded.get(share.number, 0)
        if not difference and not reviewed:
            continue
        who = share.distributor_id
        lots: dict[Lot, int] = {}
        if difference < 0 or reviewed:
            lots = unsettled(order.lines, share.number, window)
        parts: list[Part] = []
        if difference > 0:
            if by_grade:
                hold = timedelta(days=hold_days(terms, plan, who))
            original_at = (fulfilled_at.get(share.line_id) or snapshot.observed_at) + hold
            if not reviewed:
                # Nearly every line there is: a tuple less for each counts.
                lines.append(
                    NewLine(next(numbers), share.number, who, difference, original_at, "accrual", None)
                )
                continue
            parts = [Part(difference, Lot(reviews.matures_at(original_at, order.id, who), original_at))]
        elif difference:
            parts = taken_back(lots, -difference, now)
        kind = "accrual" if difference > 0 else "reversal"
        lines += [_line(next(numbers), share, part, kind) for part in parts]
        if reviewed:
            for amount_minor, lot in parts:
                lots[lot] = lots.get(lot, 0) + amount_minor
            lines += _moved(lots, share, order.id, reviews, now, numbers)
    return lines


def _moved(
    lots: Mapping[Lot, int],
    share: KnownShare,
    order_id: int,
    reviews: Reviews,
    now: datetime,
    numbers: Iterator[int],
) -> Iterator[NewLine]:
    """Two lines for each amount that matures otherwise by now: it is taken where it was, and given where it goes."""
    for amount_minor, lot, matures_at in moves(
        lots, lambda original_at: reviews.matures_at(original_at, order_id, share.distributor_id), now
    ):
        kind = "risk_hold" if matures_at > lot.matures_at else "risk_release"
        yield _line(next(numbers), share, Part(-amount_minor, lot), kind)
        yield _line(next(numbers), share, Part(amount_minor, Lot(matures_at, lot.original_at)), kind)


def _line(number: int, share: KnownShare, part: Part, kind: str) -> NewLine:
    amount_minor, (matures_at, original_at) = part
    moved_from = original_at if original_at != matures_at else None
    return NewLine(number, share.number, share.distributor_id, amount_minor, matures_at, kind, moved_from)
