"""Proves the history of an order: complete, sealed, and each snapshot followed by exactly the lines it causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Row

from distribution.commission.known import KnownShare, KnownTerms
from distribution.commission.seal import PART_SIZE, PARTS, Seal, seal
from distribution.ledger.difference import Difference
from distribution.money import exponent
from distribution.orders.state import canonical
from distribution.proof.arithmetic import rates, worth
from distribution.proof.history import History

Plans = Mapping[int, Mapping[str, Any]]


def prove_order(history: History, plans: Plans) -> Iterator[Difference]:
    """Every difference in one order's history; `plans` are the documents by version number, 0 the built-in one."""
    broken = [*_complete(history), *_sealed(history)]
    yield from broken
    if broken:
        # What follows from rows that are not the ones written tells nobody anything.
        return
    yield from _projection(history)
    yield from _frozen(history)
    yield from _shares(history, plans)
    yield from _lines(history)


def _name(history: History, number: object = None) -> str:
    order = f"{history.order.source}:{history.order.external_id}"
    return order if number is None else f"{order}#{number}"


def _complete(history: History) -> Iterator[Difference]:
    order = history.order
    counts = {
        "order_snapshots": order.snapshot_count,
        "terms": order.terms_count,
        "shares": order.share_count,
        "commission_lines": order.line_count,
    }
    for table, count in counts.items():
        there = {row.number for row in history.children[table]}
        for number in sorted(set(range(1, count + 1)) - there):
            yield Difference("histories are complete", table, _name(history, number), "a row", "no row")
        for number in sorted(there - set(range(1, count + 1))):
            yield Difference("histories are complete", table, _name(history, number), "no row", "a row")


def _sealed(history: History) -> Iterator[Difference]:
    """Seals each snapshot again and names the parts that differ; each is sealed to the digest that stands before."""
    previous = b""
    for snapshot in history.snapshots:
        digest, parts = _seal(history, snapshot, previous)
        broken = False
        for position, table in enumerate(PARTS):
            part = slice(position * PART_SIZE, (position + 1) * PART_SIZE)
            if parts[part] != bytes(snapshot.parts)[part]:
                broken = True
                yield Difference(
                    "a snapshot and the terms, shares, lines and binding it caused are as they were sealed",
                    table,
                    _name(history, f"snapshot {snapshot.number}"),
                    bytes(snapshot.parts)[part].hex(),
                    parts[part].hex(),
                )
        if not broken and (digest, parts) != (bytes(snapshot.digest), bytes(snapshot.parts)):
            yield Difference(
                "a snapshot is sealed to the one before it",
                "order_snapshots",
                _name(history, f"snapshot {snapshot.number}"),
                bytes(snapshot.digest).hex(),
                digest.hex(),
            )
        previous = bytes(snapshot.digest)
    if history.snapshots and bytes(history.order.digest) != previous:
        yield Difference(
            "an order's digest is that of its last snapshot",
            "orders",
            _name(history),
            previous.hex(),
            bytes(history.order.digest).hex(),
        )


def _seal(history: History, snapshot: Row[Any], previous: bytes) -> Seal:
    number = snapshot.number
    terms = next((each for each in history.terms if each.snapshot_number == number), None)
    binding = next(iter(history.bindings), None) if terms is not None and terms.number == 1 else None
    return seal(
        previous,
        number=number,
        observed_at=snapshot.observed_at,
        recorded_at=snapshot.recorded_at,
        state=canonical(snapshot.state).decode(),
        terms=None if terms is None else _terms(terms),
        shares=[
            (_share(each), canonical(each.rule).decode())
            for each in history.shares
            if each.snapshot_number == number
        ],
        lines=[
            (
                line.number,
                line.share_number,
                line.distributor_id,
                line.amount_minor,
                line.kind,
                line.matures_at,
                line.epoch,
            )
            for line in history.lines
            if line.snapshot_number == number
        ],
        binding=None
        if binding is None
        else (bytes(binding.customer_key), binding.distributor_id, binding.effective_at, binding.ends_at),
    )


def _terms(row: Row[Any]) -> KnownTerms:
    upline = (row.seller_id, row.second_id, row.third_id)
    return KnownTerms(
        row.number,
        row.snapshot_number,
        row.plan_number,
        upline,
        row.reason,
        row.detail,
        row.hold_days,
        row.facts,
    )


def _share(row: Row[Any]) -> KnownShare:
    return KnownShare(
        row.number,
        row.terms_number,
        row.line_id,
        row.level,
        row.distributor_id,
        row.base,
        int(row.rate_numerator),
        int(row.rate_denominator),
        row.claimed_minor,
        row.most_minor,
    )


def _projection(history: History) -> Iterator[Difference]:
    """The order's own row says what its last snapshot and terms say."""
    order = history.order
    if not history.snapshots:
        return
    state = history.snapshots[-1].state
    terms = history.terms[-1] if history.terms else None
    alive = state["status"] == "open" and state["replacement_of"] is None
    wanted = {
        "number": state["number"],
        "channel": state["channel"],
        "currency": state["currency"],
        "status": state["status"],
        "paid": alive and state["collected"] >= state["total"],
        "total_minor": state["total"],
        "given_back_minor": state["given_back"],
        "net_minor": sum(line["net"] for line in state["lines"]),
        "quantity": sum(line["quantity"] for line in state["lines"]),
        "fulfilled_quantity": sum(line["fulfilled"] for line in state["lines"]),
        "returned_quantity": sum(line["returned"] for line in state["lines"]),
        "distributor_id": terms.seller_id if terms else None,
        "reason": terms.reason if terms else None,
    }
    for column, value in wanted.items():
        if getattr(order, column) != value:
            yield Difference(
                f"an order's {column} is that of its last snapshot",
                "orders",
                _name(history),
                str(value),
                str(getattr(order, column)),
            )


def _frozen(history: History) -> Iterator[Difference]:
    """Terms are frozen when the snapshot that caused them is recorded."""
    recorded = {snapshot.number: snapshot.recorded_at for snapshot in history.snapshots}
    for terms in history.terms:
        wanted = recorded.get(terms.snapshot_number)
        if terms.frozen_at != wanted:
            yield Difference(
                "terms are frozen with the snapshot that caused them",
                "terms",
                _name(history, terms.number),
                str(wanted),
                str(terms.frozen_at),
            )


def _shares(history: History, plans: Plans) -> Iterator[Difference]:
    """Each share of each terms is the plan's rate for its line as it was when the share was frozen."""
    states = {snapshot.number: snapshot.state for snapshot in history.snapshots}
    terms = {each.number: each for each in history.terms}
    for share in history.shares:
        frozen = terms.get(share.terms_number)
        plan = plans.get(frozen.plan_number) if frozen else None
        state = states.get(share.snapshot_number)
        line = next((each for each in state["lines"] if each["id"] == share.line_id), None) if state else None
        if frozen is None or plan is None or state is None or line is None:
            yield Difference(
                "a share has its terms, their plan and its line",
                "shares",
                _name(history, share.number),
                "all three",
                "one is missing",
            )
            continue
        upline = (frozen.seller_id, frozen.second_id, frozen.third_id)
        rate = rates(plan, line, upline, state["currency"], exponent(state["currency"])).get(share.level)
        found = (share.distributor_id, Fraction(int(share.rate_numerator), int(share.rate_denominator)))
        if found != (upline[share.level - 1], rate):
            yield Difference(
                "a share is the plan's rate for its line and level",
                "shares",
                _name(history, share.number),
                f"{upline[share.level - 1]} {rate}",
                f"{found[0]} {found[1]}",
            )


def _lines(history: History) -> Iterator[Difference]:
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
                yield from _line(history, line, snapshot)
        for share in history.shares:
            if share.snapshot_number > snapshot.number:
                continue
            rate = Fraction(int(share.rate_numerator), int(share.rate_denominator))
            wanted = (
                worth(snapshot.state, share.line_id, share.base, rate) if share.terms_number == current else 0
            )
            if recorded.get(share.number, 0) != wanted:
                yield Difference(
                    f"a share's lines add up to what it is worth after snapshot {snapshot.number}",
                    "commission_lines",
                    _name(history, f"share {share.number}"),
                    str(wanted),
                    str(recorded.get(share.number, 0)),
                )


def _line(history: History, line: Row[Any], snapshot: Row[Any]) -> Iterator[Difference]:
    share = next((each for each in history.shares if each.number == line.share_number), None)
    terms = share and next((each for each in history.terms if each.number == share.terms_number), None)
    if share is None or terms is None:
        yield Difference(
            "a line has its share and terms",
            "commission_lines",
            _name(history, line.number),
            "both",
            "one is missing",
        )
        return
    wanted = {"distributor_id": share.distributor_id, "currency": snapshot.state["currency"]}
    wanted |= {
        "recorded_at": snapshot.recorded_at,
        "kind": "accrual" if line.amount_minor > 0 else "reversal",
    }
    for column, value in wanted.items():
        if getattr(line, column) != value:
            yield Difference(
                f"a line's {column} is that of its share and snapshot",
                "commission_lines",
                _name(history, line.number),
                str(value),
                str(getattr(line, column)),
            )
    if line.amount_minor > 0:
        state_line = next((each for each in snapshot.state["lines"] if each["id"] == share.line_id), None)
        fulfilled_at = state_line and state_line["fulfilled_at"]
        since = datetime.fromisoformat(fulfilled_at) if fulfilled_at else snapshot.observed_at
        possible = {since.astimezone(UTC) + timedelta(days=terms.hold_days)}
    else:
        possible = {line.recorded_at} | {
            each.matures_at
            for each in history.lines
            if each.share_number == line.share_number and each.amount_minor > 0 and each.number < line.number
        }
    if line.matures_at not in possible:
        yield Difference(
            "a line matures when its hold ends",
            "commission_lines",
            _name(history, line.number),
            " or ".join(sorted(map(str, possible))),
            str(line.matures_at),
        )
