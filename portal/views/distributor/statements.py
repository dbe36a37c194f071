"""The statements that settled commission: listed, one with its lines, on paper and to calculate with."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Response, render_template, request, url_for

from distribution.analytics.places import places
from distribution.settlement import read
from distribution.settlement.course import course
from distribution.settlement.tables import Statement
from portal.database import unit
from portal.explaining.periods import adjustment_words, period_words
from portal.papers.account import MOST_LINES, account
from portal.papers.course_words import course_lines, document_name, year_words
from portal.papers.statement import csv_answer, pdf_answer
from portal.payouts import cipher
from portal.views.distributor.blueprint import blueprint, own_id
from portal.views.distributor.currencies import currency_tabs, opened
from portal.views.distributor.earnings import earning_tabs

_LINES = 100
_STATEMENTS = 50
_LARGEST = 2**63 - 1


def number_of(text: str) -> int:
    """A number in the address that the database can hold; raises ValueError for any other."""
    found = int(text)
    if not 0 <= found <= _LARGEST:
        raise ValueError(text)
    return found


@blueprint.get("/earnings/statements", endpoint="statements")
def list_statements() -> str:
    """The statements of one currency, newest first, page by page down to the first."""
    with unit() as session:
        newest = read.newest_statements(session, own_id())
        currencies = opened(session, among=newest)
        currency = currencies.chosen
        below = request.args.get("below", type=number_of)
        found = read.statements(
            session, distributor_id=own_id(), currency=currency, limit=_STATEMENTS, below=below
        )
    return render_template(
        "pages/statements.html",
        statements=found,
        taxed=any(each.withholds for each in found),
        tabs=earning_tabs("statements"),
        currency_tabs=currency_tabs(
            currencies, lambda code: url_for("distributor.statements", currency=code)
        ),
        **_pages(found, newest.get(currency, 0), currency),
    )


def _pages(found: Sequence[Statement], newest: int, currency: str) -> dict[str, str | None]:
    """Where the pages before and after are: numbers have no gaps, so both are known by them."""

    def page(below: int) -> str:
        return url_for("distributor.statements", currency=currency, below=below if below <= newest else None)

    if not found:
        return {"newer_page": page(newest + 1) if newest else None, "older_page": None}
    first, last = found[0].number, found[-1].number
    return {
        "newer_page": page(first + _STATEMENTS + 1) if first < newest else None,
        "older_page": page(last) if last > 1 else None,
    }


@blueprint.get("/earnings/statements/<uuid:statement_id>", endpoint="statement")
def show_statement(statement_id: UUID) -> str:
    """One statement: how its balance came to be, and its lines."""
    after = (request.args.get("order", 0, number_of), request.args.get("line", 0, number_of))
    with unit() as session:
        found = read.statement(session, statement_id, of=own_id())
        lines = read.statement_lines(session, found, limit=_LINES + 1, after=after)
        shown = lines[:_LINES]
        stood = places(session, own_id(), shown)
        parts = course_lines(course(session, found), found)
    return render_template(
        "pages/statement.html",
        statement=found,
        title=document_name(found),
        parts=parts,
        year_words=year_words(found),
        lines=shown,
        places=stood,
        period_words=period_words,
        adjustment_words=adjustment_words,
        next_page=url_for(
            "distributor.statement",
            statement_id=statement_id,
            order=shown[-1].order_id,
            line=shown[-1].number,
        )
        if len(lines) > _LINES
        else None,
        first_page=url_for("distributor.statement", statement_id=statement_id) if after != (0, 0) else None,
    )


@blueprint.get("/earnings/statements/<uuid:statement_id>.pdf", endpoint="statement_pdf")
def print_statement(statement_id: UUID) -> Response:
    """One statement on paper."""
    with unit() as session:
        return pdf_answer(account(session, statement_id, of=own_id(), cipher=cipher()), own=True)


@blueprint.get("/earnings/statements/<uuid:statement_id>.csv", endpoint="statement_csv")
def download_statement(statement_id: UUID) -> Response:
    """One statement with all its lines, to calculate with."""
    with unit() as session:
        return csv_answer(account(session, statement_id, of=own_id(), most_lines=MOST_LINES))
