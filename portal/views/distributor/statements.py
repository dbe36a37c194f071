"""The statements that settled commission: listed, one with its lines, on paper and to calculate with."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template, request, url_for

from distribution.analytics.places import places
from distribution.settlement import read
from distribution.settlement.course import course
from portal.database import unit
from portal.explaining.periods import adjustment_words, period_words
from portal.papers.account import MOST_LINES, account
from portal.papers.course_words import course_lines, document_name, year_words
from portal.papers.statement import csv_answer, pdf_answer
from portal.payouts import cipher
from portal.views.distributor.blueprint import blueprint, own_id
from portal.views.distributor.earnings import earning_tabs

_LINES = 100


@blueprint.get("/earnings/statements", endpoint="statements")
def list_statements() -> str:
    """The newest statements."""
    with unit() as session:
        found = read.statements(session, distributor_id=own_id(), limit=100)
    found.sort(key=lambda statement: statement.cutoff_at, reverse=True)
    return render_template(
        "pages/statements.html",
        statements=found,
        taxed=any(each.withholds for each in found),
        tabs=earning_tabs("statements"),
    )


@blueprint.get("/earnings/statements/<uuid:statement_id>", endpoint="statement")
def show_statement(statement_id: UUID) -> str:
    """One statement: how its balance came to be, and its lines."""
    after = (request.args.get("order", 0, int), request.args.get("line", 0, int))
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
