"""Every line of commission with what it follows from and the statement that settled it, for exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Row, bindparam, text
from sqlalchemy.orm import Session

from distribution.analytics.spreadsheet import harmless
from distribution.ledger.export import Days
from distribution.money import to_decimal_text

_STEP = 2_000
DETAIL_COLUMNS = (
    "recorded_at",
    "matures_at",
    "kind",
    "source",
    "order_id",
    "order_number",
    "line_id",
    "level",
    "distributor_id",
    "base",
    "rate_percent",
    "plan",
    "period",
    "currency",
    "amount",
    "statement_id",
    "statement",
)
# The distributor's first statement of a run whose epoch and cutoff both reach a line contains it.
_LINES = text("""
SELECT line.recorded_at, line.matures_at, line.kind, placed.source, placed.external_id, placed.number AS order_number,
    share.line_id, share.level, line.distributor_id, share.base, share.rate_numerator, share.rate_denominator,
    terms.plan_number, line.period, line.currency, line.amount_minor, statement.id AS statement_id,
    statement.number AS statement_number
FROM (
    SELECT recorded_at, matures_at, kind, order_id, number::bigint, share_number, distributor_id, NULL AS period,
        currency, amount_minor, epoch
    FROM distribution.commission_lines
    UNION ALL
    SELECT recorded_at, matures_at, 'adjustment', NULL, number, NULL, distributor_id, period || ' ' || period_start,
        currency, amount_minor, epoch
    FROM distribution.period_adjustments
) AS line
LEFT JOIN distribution.orders AS placed ON placed.id = line.order_id
LEFT JOIN distribution.shares AS share ON share.order_id = line.order_id AND share.number = line.share_number
LEFT JOIN distribution.terms ON terms.order_id = line.order_id AND terms.number = share.terms_number
LEFT JOIN LATERAL (
    SELECT statement.id, statement.number FROM distribution.statements AS statement
    JOIN distribution.settlement_runs AS run ON run.id = statement.run_id
    WHERE statement.distributor_id = line.distributor_id AND statement.currency = line.currency
        AND run.epoch >= line.epoch AND run.cutoff_at >= line.matures_at
    ORDER BY statement.number LIMIT 1
) AS statement ON true
WHERE line.recorded_at >= coalesce(:begins_at, '-infinity') AND line.recorded_at < coalesce(:ends_at, 'infinity')
ORDER BY line.recorded_at, line.order_id NULLS LAST, line.number
""").bindparams(bindparam("begins_at", type_=DateTime(True)), bindparam("ends_at", type_=DateTime(True)))


def commission_detail(session: Session, days: Days) -> Iterator[tuple[str, ...]]:
    """The lines recorded in these days in the order of `DETAIL_COLUMNS`, as a stream."""
    rows = session.execute(
        _LINES,
        {"begins_at": days.begins_at, "ends_at": days.ends_at},
        execution_options={"yield_per": _STEP},
    )
    for row in rows:
        yield _cells(row)


def _cells(row: Row[Any]) -> tuple[str, ...]:
    cells = (
        _moment(row.recorded_at),
        _moment(row.matures_at),
        row.kind,
        row.source,
        row.external_id,
        row.order_number,
        row.line_id,
        row.level,
        row.distributor_id,
        row.base,
        _percent(row.rate_numerator, row.rate_denominator),
        row.plan_number,
        row.period,
        row.currency,
        to_decimal_text(row.amount_minor, row.currency),
        row.statement_id,
        row.statement_number,
    )
    return tuple("" if cell is None else harmless(str(cell)) for cell in cells)


def _moment(at: datetime) -> str:
    return at.isoformat()


def _percent(numerator: Any, denominator: Any) -> str | None:
    """A rate to six decimals of a percent, for reading: what counts is the exact fraction that was frozen."""
    if numerator is None or not denominator:
        return None
    whole, part = divmod(int(numerator) * 10**8 // int(denominator), 10**6)
    return f"{whole}.{part:06d}".rstrip("0").rstrip(".")
