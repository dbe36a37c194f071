"""Decides a period that is over for some distributors, and writes the lines that make up the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.audit.chain import append_all
from distribution.commission.accrue import raw
from distribution.commission.counting.counters import Counters
from distribution.commission.counting.months import month_of
from distribution.commission.lots import Lot
from distribution.commission.periods.adjusted import Earlier, Key, earlier, unsettled
from distribution.commission.periods.deciding import Deciding
from distribution.commission.periods.moved import moved_from
from distribution.commission.periods.reading import History, histories
from distribution.commission.periods.span import Span
from distribution.commission.periods.sums import Sum, basis, due
from distribution.commission.periods.tables import PeriodAdjustment
from distribution.commission.periods.worth import Worth, sales_keys, worth
from distribution.commission.reading import EPOCH_LOCK
from distribution.commission.review.read import standing
from distribution.commission.taking_back import Part, taken_back
from distribution.db.arrays import array, arrays

_TO_DO = text("""
SELECT distributor_id, seen FROM distribution.period_closings
WHERE period = :period AND period_start = :first AND decided IS DISTINCT FROM seen
ORDER BY distributor_id LIMIT :most
""")
# Two statements, as wherever lines are written: one that waited would see the epoch from before the run it waited for.
_LOCK_EPOCH = f"SELECT pg_advisory_xact_lock_shared({EPOCH_LOCK})"
_EPOCH = "SELECT epoch FROM distribution.settlement_epochs"
_DECIDED = """
UPDATE distribution.period_closings AS closing SET decided = now.seen, decided_at = %s
FROM unnest(%s::uuid[], %s::numeric[]) AS now(distributor_id, seen)
WHERE closing.distributor_id = now.distributor_id AND (period, period_start) = (%s, %s)
"""
# What shorter periods adjust is recorded as far as longer ones are concerned.
_REOPENED = """
UPDATE distribution.period_closings SET decided = NULL
WHERE distributor_id = ANY (%s::uuid[]) AND (period, period_start) = (%s, %s)
"""


class Difference(NamedTuple):
    """What is still to be adjusted for a distributor in a currency."""

    distributor_id: UUID
    currency: str
    amount_minor: int
    due_minor: int
    recorded_minor: int
    lines: int
    basis: dict[str, Any]
    matures_at: datetime | None


def decide(session: Session, deciding: Deciding, span: Span, *, most: int, now: datetime) -> tuple[int, int]:
    """Decide `span` for up to `most` distributors for whom something changed; returns how many, and how many lines.

    One at a time: two that read the same would both write the difference.
    """
    asked = {"period": span.period, "first": span.first, "most": most}
    to_do: dict[UUID, Decimal] = {row.distributor_id: row.seen for row in session.execute(_TO_DO, asked)}
    if not to_do:
        return 0, 0
    connection = raw(session)
    differences = _differences(connection, list(to_do), deciding, span)
    lines = _lines(connection, differences, deciding, span, now) if differences else []
    marks = arrays(list(to_do.items()), ["uuid", "numeric"])
    connection.execute(_DECIDED, [now, *marks, span.period, span.first])
    for longer in span.around if differences else ():
        who = array({each.distributor_id for each in differences}, "uuid")
        connection.execute(_REOPENED, [who, longer.period, longer.first])
    append_all(session, lines)
    return len(to_do), len(lines)


def _differences(
    connection: psycopg.Connection[Any], distributor_ids: Sequence[UUID], deciding: Deciding, span: Span
) -> list[Difference]:
    sums = _sums(connection, distributor_ids, deciding, span)
    before = earlier(connection, distributor_ids, span)
    differences = []
    for who, currency in sorted({*sums, *before}):
        found = sums.get((who, currency)) or Sum()
        known = before.get((who, currency)) or Earlier()
        decided = due(found, deciding, span, currency)
        recorded_minor = found.recorded_minor + known.shorter_minor
        amount_minor = decided.amount_minor - recorded_minor - known.own_minor
        if amount_minor:
            differences.append(
                Difference(
                    *(who, currency, amount_minor, decided.amount_minor, recorded_minor, known.lines),
                    basis(found, decided),
                    found.matures_at,
                )
            )
    return differences


def _sums(
    connection: psycopg.Connection[Any], distributor_ids: Sequence[UUID], deciding: Deciding, span: Span
) -> dict[Key, Sum]:
    wanted = frozenset(distributor_ids)
    sums: dict[Key, Sum] = defaultdict(Sum)
    for page in histories(connection, distributor_ids, span, deciding.zone):
        counters = Counters()
        concerned = [order for order in page if deciding.decides(order.terms.plan_number, span)]
        counters.load(connection, sales_keys(concerned, deciding, span))
        for order in page:
            _add(sums, order, wanted, deciding, span, counters)
    return sums


def _add(
    sums: dict[Key, Sum],
    order: History,
    wanted: frozenset[UUID],
    deciding: Deciding,
    span: Span,
    counters: Counters,
) -> None:
    plan_number, currency = order.terms.plan_number, order.newest.currency
    month = month_of(order.newest.placed_at, deciding.zone)
    recorded = {who: minor for who, minor in order.recorded_minor.items() if minor and who in wanted}
    shares: list[Worth] = []
    decides = deciding.decides(plan_number, span)
    if decides:
        shares = [share for share in worth(order, deciding, span, counters) if share.distributor_id in wanted]
    for who in {*recorded, *(share.distributor_id for share in shares)}:
        sums[(who, currency)].orders += 1
    for who, amount_minor in recorded.items():
        sums[(who, currency)].recorded_minor += amount_minor
        if not decides:
            sums[(who, currency)].parts[(plan_number, month)] += amount_minor
    for share in shares:
        sums[(share.distributor_id, currency)].add(share, plan_number, month)


def _lines(
    connection: psycopg.Connection[Any],
    differences: Sequence[Difference],
    deciding: Deciding,
    span: Span,
    now: datetime,
) -> list[PeriodAdjustment]:
    connection.execute(_LOCK_EPOCH)
    [(epoch,)] = connection.execute(_EPOCH)
    lowered = [each.distributor_id for each in differences if each.amount_minor < 0]
    open_minor = unsettled(connection, lowered, span, deciding.zone) if lowered else {}
    reviews = standing(connection, [], [each.distributor_id for each in differences])
    lines = []
    for each in differences:
        left = open_minor.get((each.distributor_id, each.currency), {}) if each.amount_minor < 0 else {}
        due_at = max(now, each.matures_at or now)
        parts = [Part(each.amount_minor, Lot(due_at, due_at))]
        if each.amount_minor < 0:
            parts = taken_back({Lot(at, at): minor for at, minor in left.items()}, -each.amount_minor, now)
        for position, (amount_minor, (_, original_at)) in enumerate(parts, each.lines + 1):
            # What was settled already is owed at once, whatever is held.
            follows = amount_minor > 0 or original_at in left
            matures_at = (
                reviews.matures_at(original_at, None, each.distributor_id) if follows else original_at
            )
            lines.append(
                PeriodAdjustment(
                    distributor_id=each.distributor_id,
                    currency=each.currency,
                    period=span.period,
                    period_start=span.first,
                    position=position,
                    amount_minor=amount_minor,
                    due_minor=each.due_minor,
                    recorded_minor=each.recorded_minor,
                    basis=moved_from(each.basis, original_at, matures_at),
                    matures_at=matures_at,
                    recorded_at=now,
                    epoch=epoch,
                )
            )
    return lines
