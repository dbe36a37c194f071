"""After each snapshot every share has exactly what it is worth, and each line its maturity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from distribution.ledger.difference import Difference
from distribution.proof.arithmetic import kept, worth
from distribution.proof.history import History
from distribution.proof.orders.shares import Books

MOVES = ("risk_hold", "risk_release", "receipt")


def lines(history: History, books: Books) -> Iterator[Difference]:
    """After each snapshot every share has exactly what it is worth, and each line its maturity."""
    recorded: dict[int, int] = {}
    current = 0
    for snapshot in history.snapshots:
        current = max(
            [current, *(each.number for each in history.terms if each.snapshot_number == snapshot.number)]
        )
        for line in history.lines:
            if line.snapshot_number == snapshot.number:
                recorded[line.share_number] = recorded.get(line.share_number, 0) + line.amount_minor
                yield from _line(history, line, snapshot, books)
        yield from _moves(history, snapshot)
        factor = kept(snapshot.state)
        for share in history.shares:
            if share.snapshot_number > snapshot.number:
                continue
            rate = Fraction(int(share.rate_numerator), int(share.rate_denominator))
            wanted = 0
            if share.terms_number == current:
                wanted = worth(
                    snapshot.state, share.line_id, share.base, rate, share.most_minor, factor=factor
                )
            if recorded.get(share.number, 0) != wanted:
                yield Difference(
                    f"a share's lines add up to what it is worth after snapshot {snapshot.number}",
                    "commission_lines",
                    history.name(f"share {share.number}"),
                    str(wanted),
                    str(recorded.get(share.number, 0)),
                )


def _line(history: History, line: Row[Any], snapshot: Row[Any], books: Books) -> Iterator[Difference]:
    share = next((each for each in history.shares if each.number == line.share_number), None)
    terms = share and next((each for each in history.terms if each.number == share.terms_number), None)
    if share is None or terms is None:
        yield Difference(
            "a line has its share and terms",
            "commission_lines",
            history.name(line.number),
            "both",
            "one is missing",
        )
        return
    wanted = {
        "distributor_id": share.distributor_id,
        "level": share.level,
        "currency": snapshot.state["currency"],
    }
    wanted |= {
        "recorded_at": snapshot.recorded_at,
        "kind": line.kind if line.kind in MOVES else "accrual" if line.amount_minor > 0 else "reversal",
    }
    for column, value in wanted.items():
        if getattr(line, column) != value:
            yield Difference(
                f"a line's {column} is that of its share and snapshot",
                "commission_lines",
                history.name(line.number),
                str(value),
                str(getattr(line, column)),
            )
    wanted_lots = _possible(history, line, share, terms, snapshot, books)
    found = (line.matures_at, line.original_at or line.matures_at)
    # What was reviewed matures as decided: `proof.reviews` sees to that.
    if line.kind in ("accrual", *MOVES) and line.amount_minor > 0:
        wanted_lots, found = {(each[1], each[1]) for each in wanted_lots}, (found[1], found[1])
    if found not in wanted_lots:
        yield Difference(
            "a line matures when its hold ends",
            "commission_lines",
            history.name(line.number),
            " or ".join(sorted(str(original_at) for _, original_at in wanted_lots)),
            str(line.matures_at),
        )


def _possible(
    history: History, line: Row[Any], share: Row[Any], terms: Row[Any], snapshot: Row[Any], books: Books
) -> set[tuple[datetime, datetime]]:
    """When a line may mature, and when it would without a review."""
    if line.kind == "accrual":
        state_line = next((each for each in snapshot.state["lines"] if each["id"] == share.line_id), None)
        fulfilled_at = state_line and state_line["fulfilled_at"]
        since = datetime.fromisoformat(fulfilled_at) if fulfilled_at else snapshot.observed_at
        ends_at = since.astimezone(UTC) + timedelta(days=_days(terms, books, line.distributor_id))
        return {(ends_at, ends_at)}
    earlier = {
        (each.matures_at, each.original_at or each.matures_at)
        for each in history.lines
        if each.share_number == line.share_number and each.amount_minor > 0 and each.number < line.number
    }
    return earlier if line.kind in MOVES else earlier | {(line.recorded_at, line.recorded_at)}


def _moves(history: History, snapshot: Row[Any]) -> Iterator[Difference]:
    """What a review takes from one day it gives to another."""
    sums: dict[tuple[int, datetime], int] = {}
    for line in history.lines:
        if line.snapshot_number == snapshot.number and line.kind in MOVES:
            key = line.share_number, line.original_at or line.matures_at
            sums[key] = sums.get(key, 0) + line.amount_minor
    for (share_number, _), amount_minor in sums.items():
        if amount_minor:
            yield Difference(
                "a review moves what there is, and neither adds nor takes",
                "commission_lines",
                history.name(f"share {share_number}"),
                "0",
                str(amount_minor),
            )


def _days(terms: Row[Any], books: Books, distributor_id: UUID) -> int:
    """How long after it was sent, at the latest: until it counts as received, and the hold."""
    book = books.get(terms.plan_number)
    chain = (terms.seller_id, terms.second_id, terms.third_id)
    document = {} if book is None else book.document
    by_grade = document.get("hold_days_by_grade") or {}
    wait: int = document.get("received_after_days") or 0
    return wait + hold_days(by_grade, terms.hold_days, terms.facts, chain, distributor_id)


def hold_days(
    by_grade: Mapping[str, int], everybody: int, facts: Mapping[str, Any], chain: Sequence[Any], who: Any
) -> int:
    """By the grade that the terms keep of who earns, where the plan asks for it."""
    grades = [(about or {}).get("grade") for about in facts.get("people") or ()]
    found = dict(zip(chain, grades, strict=False)).get(who)
    return by_grade.get(found, everybody) if found is not None else everybody
