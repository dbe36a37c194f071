"""A statement to print or to calculate with."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from flask import Response
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.spreadsheet import harmless
from distribution.money import to_decimal_text
from distribution.network import find
from distribution.settings import program
from distribution.settlement import read
from distribution.settlement.read import StatementLine
from distribution.settlement.tables import Statement
from portal.explaining.periods import adjustment_words, period_words
from portal.formatting import day, minute
from portal.papers.paper import HEADING, SMALL, TITLE, gap, listing, pairs, printed, said
from portal.words import level_word, word

MOST_PRINTED = 2_000
"""Lines on paper; a CSV has them all."""
MOST_LINES = 1_000_000
COLUMNS = ("entry", "order", "level", "period", "recorded_at", "matured_at", "currency", "amount")


@dataclass(frozen=True, slots=True)
class Account:
    """A statement with all that is printed of it."""

    statement: Statement
    lines: tuple[StatementLine, ...]
    since: datetime | None
    distributor_name: str
    program_name: str
    company_name: str


def account(
    session: Session, statement_id: UUID, *, of: UUID | None = None, most_lines: int = MOST_PRINTED
) -> Account:
    """Read a statement; raises NotFound, also when it is not that of the distributor `of`."""
    found = read.statement(session, statement_id, of=of)
    before = read.run_before(session, found)
    settings = program.read(session)
    return Account(
        statement=found,
        lines=tuple(read.statement_lines(session, found, limit=most_lines)),
        since=before.cutoff_at if before else None,
        distributor_name=find.by_id(session, found.distributor_id).name,
        program_name=settings.program_name,
        company_name=settings.company_name,
    )


def pdf_answer(given: Account, *, own: bool) -> Response:
    """The PDF as a file to look at."""
    return _file(pdf(given, own=own), "application/pdf", f"{_name(given)}.pdf", "inline")


def csv_answer(given: Account) -> Response:
    """The CSV as a file to download."""
    return _file(
        ("\ufeff" + table(given)).encode(), "text/csv; charset=utf-8", f"{_name(given)}.csv", "attachment"
    )


def pdf(given: Account, *, own: bool) -> bytes:
    """The statement on paper, in the language of the request; `own` when its distributor reads it."""
    of, code = given.statement, given.statement.currency
    title = gettext("Statement %(number)s", number=f"{code} {of.number}")
    until = minute(of.cutoff_at)
    printed_lines = [_printed(line, code, own) for line in given.lines]
    parts = [
        said(given.company_name or given.program_name, SMALL),
        gap(2),
        said(title, TITLE),
        gap(3),
        said(given.distributor_name, HEADING),
        said(
            gettext(
                "Commission matured from %(since)s until %(until)s", since=minute(given.since), until=until
            )
            if given.since
            else gettext("Commission matured until %(day)s", day=until),
            SMALL,
        ),
        said(gettext("All amounts in %(currency)s", currency=code), SMALL),
        gap(6),
        pairs(
            [
                (gettext("Available before"), _amount(of.available_before_minor, code), False),
                (gettext("Owed before"), _amount(of.debt_before_minor, code), False),
                (gettext("Earned"), _amount(of.accrued_minor, code), False),
                (gettext("Taken back"), _amount(of.reversed_minor, code), False),
                (gettext("Total"), _amount(of.total_minor, code), True),
                (gettext("Available after"), _amount(of.available_after_minor, code), True),
                (gettext("Owed after"), _amount(of.debt_after_minor, code), False),
            ]
        ),
        gap(8),
        said(gettext("Line by line"), HEADING),
        gap(2),
        listing(
            (gettext("Order"), gettext("Kind"), gettext("How"), gettext("Matured"), gettext("Amount")),
            printed_lines,
            (0.18, 0.14, 0.31, 0.19, 0.18),
        ),
    ]
    if of.line_count > len(given.lines):
        parts += [
            gap(3),
            said(
                gettext(
                    "The first %(shown)s of %(all)s lines; the CSV has them all.",
                    shown=len(given.lines),
                    all=of.line_count,
                ),
                SMALL,
            ),
        ]
    footer = f"{title} · {given.distributor_name}"
    return printed(parts, title=title, author=given.company_name or given.program_name, footer=footer)


def table(given: Account) -> str:
    """What there was, every line, and what there is then: the first two rows and the lines add up to the last two."""
    of, code = given.statement, given.statement.currency
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)

    def row(entry: str, amount_minor: int, at: datetime | None = None, *cells: object) -> None:
        order, level, period, recorded = cells or ("", "", "", "")
        matured = at.isoformat() if at else ""
        shown = (entry, order, level, period, recorded, matured, code, to_decimal_text(amount_minor, code))
        writer.writerow([harmless(str(cell)) for cell in shown])

    row("available_before", of.available_before_minor)
    row("debt_before", of.debt_before_minor)
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
    row("available_after", of.available_after_minor)
    row("debt_after", of.debt_after_minor)
    return text.getvalue()


def _printed(line: StatementLine, currency: str, own: bool) -> Sequence[str]:
    if line.period and line.period_start:
        name = period_words(line.period, line.period_start)
        how = " ".join(adjustment_words(line.period, line.period_start, line.basis or {}, currency, own=own))
    else:
        name = f"#{line.order_number}"
        how = level_word(line.level or 0) if own else gettext("Level %(level)s", level=line.level)
    amount = _amount(line.amount_minor, currency)
    return (name, word(line.kind, "line"), how, day(line.matures_at), amount)


def _amount(minor: int, currency: str) -> str:
    return f"{Decimal(to_decimal_text(minor, currency)):,}"


def _name(given: Account) -> str:
    return f"statement-{given.statement.currency}-{given.statement.number}"


def _file(content: bytes, kind: str, name: str, disposition: str) -> Response:
    return Response(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'{disposition}; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
