"""The commission lines that a snapshot causes: what shares gained or lost, and what matures otherwise by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from typing import NamedTuple
from uuid import UUID

from distribution.commission.entitlement import NOTHING, entitlement
from distribution.commission.hold import hold, wait
from distribution.commission.known import KnownOrder, KnownShare, KnownTerms, Window
from distribution.commission.lots import Lot, moves, unsettled
from distribution.commission.maturity import Maturity
from distribution.commission.plan.compiled import CompiledPlan
from distribution.commission.taking_back import Part, taken_back
from distribution.orders.snapshot import OrderSnapshot


class NewLine(NamedTuple):
    """A commission line to append; `original_at` is None where it is `matures_at`."""

    number: int
    share_number: int
    level: int
    distributor_id: UUID
    amount_minor: int
    matures_at: datetime
    kind: str
    original_at: datetime | None


def lines_of(
    order: KnownOrder,
    snapshot: OrderSnapshot,
    terms: KnownTerms | None,
    plan: CompiledPlan | None,
    shares: Sequence[KnownShare],
    window: Window | None,
    maturity: Maturity,
    now: datetime,
) -> list[NewLine]:
    """The difference between what each share is worth and what is recorded for it, and what has to be moved."""
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
                number, level = next(numbers), share.level
                lines.append(
                    NewLine(number, share.number, level, who, difference, original_at, "accrual", None)
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
    lots: Mapping[Lot, int], share: KnownShare, maturity: Maturity, now: datetime, numbers: Iterator[int]
) -> Iterator[NewLine]:
    """Two lines for each amount that matures otherwise by now: it is taken where it was, and given where it goes."""
    for amount_minor, lot, matures_at in moves(lots, partial(maturity.of, share), now):
        kind = maturity.kind_of(share, lot, matures_at)
        yield _line(next(numbers), share, Part(-amount_minor, lot), kind)
        yield _line(next(numbers), share, Part(amount_minor, Lot(matures_at, lot.original_at)), kind)


def _line(number: int, share: KnownShare, part: Part, kind: str) -> NewLine:
    amount_minor, (matures_at, original_at) = part
    moved_from = original_at if original_at != matures_at else None
    return NewLine(
        number,
        share.number,
        share.level,
        share.distributor_id,
        amount_minor,
        matures_at,
        kind,
        moved_from,
    )
