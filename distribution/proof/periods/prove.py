"""Proves the adjusting lines of every period and distributor for whom nothing changed since they were decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.orm import Session

from distribution.commission.periods.marks import MARKS
from distribution.ledger.difference import Difference, differences
from distribution.proof.history import histories
from distribution.proof.periods.books import book_of
from distribution.proof.periods.capped import capped
from distribution.proof.periods.span import MONTHS, Span
from distribution.proof.periods.worth import sales_of, worth_of

Documents = Mapping[int, Mapping[str, Any]]
Key = tuple[UUID, str]

# What was decided before a proof may have been committed after it: by so much at most.
_IN_FLIGHT = timedelta(days=1)
_SPANS = text("""
SELECT DISTINCT period, period_start, time_zone FROM distribution.period_closings, distribution.counting
WHERE decided_at > coalesce(:decided_after, '-infinity') ORDER BY period_start, period
""").bindparams(bindparam("decided_after", type_=DateTime(True)))
# Whose orders changed since will be decided again: what is recorded is not what it comes to now.
_DECIDED = text(f"""
SELECT closing.distributor_id
FROM distribution.period_closings AS closing LEFT JOIN ({MARKS}) AS now USING (distributor_id)
WHERE (closing.period, closing.period_start) = (:period, :first) AND closing.decided = coalesce(now.mark, 0)
""")
_LINES = text("""
SELECT line.distributor_id, line.currency, sum(line.amount_minor)::bigint
FROM distribution.commission_lines AS line JOIN distribution.orders AS placed ON placed.id = line.order_id
WHERE placed.placed_at >= :begins AND placed.placed_at < :ends AND line.kind IN ('accrual', 'reversal')
GROUP BY line.distributor_id, line.currency
UNION ALL
SELECT distributor_id, currency, sum(amount_minor)::bigint FROM distribution.period_adjustments
WHERE period = ANY (:kinds) AND period_start >= :first AND period_start < :after
GROUP BY distributor_id, currency
""")
_CHECKS = {
    "an adjusting line is of a period that was decided for its distributor": (
        "period_adjustments",
        """
        SELECT line.number, 'decided', 'never'
        FROM distribution.period_adjustments AS line LEFT JOIN distribution.period_closings AS closing
            USING (distributor_id, period, period_start)
        WHERE closing.decided_at IS NULL
        """,
    ),
    "the adjusting lines of a period are counted without gaps and come to what is due less what was recorded": (
        "period_adjustments",
        """
        SELECT concat_ws(' ', distributor_id, currency, period, period_start),
            concat_ws(', ', due_minor - recorded_minor, lines), concat_ws(', ', amount_minor, position)
        FROM (
            SELECT DISTINCT ON (distributor_id, currency, period, period_start)
                distributor_id, currency, period, period_start, due_minor, recorded_minor, position,
                sum(line.amount_minor) OVER whole AS amount_minor, count(*) OVER whole AS lines
            FROM distribution.period_adjustments AS line
            WINDOW whole AS (PARTITION BY distributor_id, currency, period, period_start)
            ORDER BY distributor_id, currency, period, period_start, position DESC
        ) AS last
        WHERE (amount_minor, position::bigint) IS DISTINCT FROM (due_minor - recorded_minor, lines)
        """,
    ),
}


def prove_periods(
    session: Session, documents: Documents, *, since: datetime | None = None
) -> Iterator[Difference]:
    """Every difference between what a period comes to as a whole and what is recorded of it.

    `documents` are the plans by version number; without any, only what the lines say of one another is looked at. With
    `since` only periods of which something was decided after it are worked out anew.
    """
    yield from differences(session, _CHECKS)
    if not documents:
        return
    decided_after = None if since is None else since - _IN_FLIGHT
    for period, first, zone in session.execute(_SPANS, {"decided_after": decided_after}).all():
        yield from _prove(session, documents, Span(period, first, ZoneInfo(zone)))


def _prove(session: Session, documents: Documents, span: Span) -> Iterator[Difference]:
    asked: dict[str, Any] = {
        "period": span.period,
        "first": span.first,
        "after": span.after,
        "begins": span.begins_at,
        "ends": span.ends_at,
        "kinds": list(MONTHS)[: len(span.decided)],
    }
    decided = frozenset(session.scalars(_DECIDED, asked))
    if not decided:
        return
    due_minor = _due(session, documents, span)
    recorded_minor: dict[Key, int] = defaultdict(int)
    for who, currency, amount_minor in session.execute(_LINES, asked):
        recorded_minor[who, currency] += amount_minor
    for who, currency in sorted({*due_minor, *recorded_minor}):
        wanted, found = due_minor.get((who, currency), 0), recorded_minor[who, currency]
        if who in decided and wanted != found:
            yield Difference(
                "order lines and adjusting lines of a period come to what it is worth as a whole",
                "period_adjustments",
                f"{who} {currency} {span.period} {span.first}",
                str(wanted),
                str(found),
            )


def _due(session: Session, documents: Documents, span: Span) -> dict[Key, int]:
    """By distributor and currency, what the period comes to."""
    books = {number: book_of(document, span) for number, document in documents.items()}
    sales = sales_of(session, span)
    parts: dict[Key, dict[tuple[date, int], int]] = defaultdict(lambda: defaultdict(int))
    for history in histories(session, span.begins_at, span.ends_at):
        if not history.terms or history.terms[-1].plan_number not in books:
            continue
        number = history.terms[-1].plan_number
        placed = history.order.placed_at.astimezone(span.zone).date()
        for who, amount_minor in worth_of(history, books[number], sales, span).items():
            parts[who, history.order.currency][span.first_of("month", placed), number] += amount_minor
    return {key: capped(amounts, documents, span, key[1]) for key, amounts in parts.items()}
