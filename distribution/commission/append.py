"""What one snapshot causes: the rows to append to an order's history, computed without touching the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from operator import is_
from typing import NamedTuple
from uuid import UUID

from distribution.commission.counting.movements import sales_minor
from distribution.commission.known import KnownOrder, KnownShare, KnownTerms, Window
from distribution.commission.lines import NewLine, lines_of
from distribution.commission.maturity import Maturity
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.rating.facts import facts_of
from distribution.commission.rating.freeze import freeze_lines
from distribution.commission.rating.share import EarlierShare
from distribution.commission.receipt.rule import Receipt
from distribution.commission.review.rule import Reviews
from distribution.commission.seal import Seal, SealedReceipt, seal
from distribution.orders.snapshot import OrderSnapshot


class NewShare(NamedTuple):
    """A share to append, with the rule that made it as canonical JSON."""

    share: KnownShare
    rule: str


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
    maturity = Maturity(order.id, terms, plan, receipts, reviews)
    lines = lines_of(order, snapshot, terms, plan, every_share, window, maturity, now)
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
    numbers, of_terms = count(len(order.shares) + 1), terms.number
    people, base = frozen.people, frozen.base
    return [
        NewShare(
            KnownShare(
                next(numbers),
                of_terms,
                line_id,
                level,
                people[level - 1],
                base,
                over,
                under,
                claimed_minor,
                most_minor,
            ),
            rule,
        )
        for line_id, rates, claims in frozen.lines
        for (level, over, under, most_minor, rule), claimed_minor in zip(rates, claims, strict=True)
    ]
