"""A statement, or the invoice that it is, to print or to calculate with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from flask import Response
from flask_babel import gettext, pgettext
from reportlab.platypus import Flowable

from distribution.money import to_decimal_text
from distribution.settlement.read import StatementLine
from portal.explaining.periods import adjustment_words, period_words
from portal.formatting import day, minute
from portal.papers.account import Account
from portal.papers.course_words import CourseLine, course_lines, document_name, year_words
from portal.papers.file import csv_file, pdf_file
from portal.papers.paper import HEADING, SMALL, TEXT, TITLE, gap, listing, pairs, printed, said
from portal.papers.statement_table import table
from portal.words import level_word, word


def pdf_answer(given: Account, *, own: bool) -> Response:
    """The PDF as a file to look at."""
    return pdf_file(pdf(given, own=own), _name(given))


def csv_answer(given: Account) -> Response:
    """The CSV as a file to download."""
    return csv_file(table(given), _name(given))


def pdf(given: Account, *, own: bool) -> bytes:
    """The statement on paper, in the language of the request; `own` when its distributor reads it."""
    of, code = given.statement, given.statement.currency
    title = document_name(of)
    parts = [
        *_head(given, title),
        gap(6),
        pairs([(each.name, amount(each.amount_minor, code), each.is_sum) for each in _lines(given)]),
        *_year(given),
        gap(8),
        said(gettext("Line by line"), HEADING),
        gap(2),
        listing(
            (
                gettext("Order"),
                gettext("Kind"),
                gettext("How"),
                pgettext("date", "Matured"),
                gettext("Amount"),
            ),
            [_printed(given, line, own) for line in given.lines],
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
    return printed(parts, title=title, author=given.issuer, footer=f"{title} · {given.party.name}")


def amount(minor: int, currency: str) -> str:
    """An amount on paper, without its currency: 1,234.50."""
    return f"{Decimal(to_decimal_text(minor, currency)):,}"


def _head(given: Account, title: str) -> Iterator[Flowable]:
    of, since = given.statement, given.course.since
    for line in (given.issuer, *given.company_address):
        yield said(line, SMALL)
    if given.company_tax_id:
        yield said(gettext("Tax id %(tax_id)s", tax_id=given.company_tax_id), SMALL)
    yield gap(2)
    yield said(title, TITLE)
    yield gap(3)
    if of.invoice is not None:
        yield said(
            gettext(
                "Statement %(number)s of %(day)s. Written by %(issuer)s, who receives the service, as agreed.",
                number=f"{of.currency} {of.number}",
                day=day(of.recorded_at),
                issuer=given.issuer,
            ),
            SMALL,
        )
        yield gap(3)
    yield said(given.party.name, HEADING)
    for line in given.party.lines():
        yield said(line, TEXT)
    yield gap(2)
    until = minute(of.cutoff_at)
    yield said(
        gettext("Commission matured from %(since)s until %(until)s", since=minute(since), until=until)
        if since
        else gettext("Commission matured until %(day)s", day=until),
        SMALL,
    )
    yield said(gettext("All amounts in %(currency)s", currency=of.currency), SMALL)


def _lines(given: Account) -> Iterator[CourseLine]:
    of = given.statement
    yield from course_lines(given.course, of)
    if of.debt_after_minor:
        yield CourseLine(gettext("Available after"), of.available_after_minor)
        yield CourseLine(gettext("Owed after"), of.debt_after_minor)


def _year(given: Account) -> Iterator[Flowable]:
    words = year_words(given.statement)
    if words is not None:
        yield gap(2)
        yield said(words, SMALL)


def _printed(given: Account, line: StatementLine, own: bool) -> Sequence[str]:
    currency = given.statement.currency
    if line.period and line.period_start:
        name = period_words(line.period, line.period_start)
        how = " ".join(adjustment_words(line.period, line.period_start, line.basis or {}, currency, own=own))
    else:
        name = f"#{line.order_number}"
        place = given.places[line.order_id, line.share_number]
        how = level_word(place) if own else gettext("Level %(level)s", level=line.level)
    return (name, word(line.kind, "line"), how, day(line.matures_at), amount(line.amount_minor, currency))


def _name(given: Account) -> str:
    of = given.statement
    return of.invoice or f"statement-{of.currency}-{of.number}"
