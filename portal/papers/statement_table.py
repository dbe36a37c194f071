"""A statement to calculate with."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from distribution.analytics.spreadsheet import harmless
from distribution.money import to_decimal_text
from portal.papers.account import Account

COLUMNS = ("entry", "order", "level", "period", "recorded_at", "matured_at", "currency", "amount")


def table(given: Account) -> str:
    """The balance before, all that moved it, line by line, and what there is then.

    All rows before `available_after` add up to the last two.
    """
    of, course, code = given.statement, given.course, given.statement.currency
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)

    def row(entry: str, amount_minor: int, at: datetime | None = None, *cells: object) -> None:
        order, level, period, recorded = cells or ("", "", "", "")
        matured = at.isoformat() if at else ""
        shown = (entry, order, level, period, recorded, matured, code, to_decimal_text(amount_minor, code))
        writer.writerow([harmless(str(cell)) for cell in shown])

    row("balance_before", course.before_minor)
    row("withdrawn", course.withdrawn_minor)
    row("adjusted", course.adjusted_minor)
    for line in given.lines:
        period = f"{line.period} {line.period_start}" if line.period else ""
        recorded = line.recorded_at.isoformat()
        row(
            line.kind,
            line.amount_minor,
            line.matures_at,
            line.order_number or "",
            line.level or "",
            period,
            recorded,
        )
    row("tax", -course.tax_minor)
    row("available_after", of.available_after_minor)
    row("debt_after", of.debt_after_minor)
    return text.getvalue()
