"""Commission lines, and the statements that settled them."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask_babel import gettext

from distribution.analytics.balances import Balances, balances
from distribution.analytics.earnings import EarningRow, View, earnings
from distribution.analytics.explanation.names import names_in
from distribution.analytics.next_settlement import next_settlement
from distribution.settlement import read
from portal.clock import now
from portal.database import program_settings, unit
from portal.explaining.names import Names
from portal.explaining.periods import adjustment_words, period_words
from portal.explaining.rules import rate_words
from portal.papers.statement import MOST_LINES, account, csv_answer, pdf_answer
from portal.settling import next_words
from portal.views.distributor.blueprint import blueprint, chosen, cursor, own_id

_LINES = 100


@blueprint.get("/earnings", endpoint="earnings")
def page() -> str:
    """One page of lines in one currency."""
    settings = program_settings()
    view = cast(View, chosen("view", ("all", "pending", "released")))
    at = now()
    with unit() as session:
        held = {each.currency: each for each in balances(session, own_id(), now=at, zone=settings.time_zone)}
        wanted = request.args.get("currency", "")
        currency = (
            wanted
            if wanted in held
            else next(
                (code for code in (settings.default_currency, *held) if code in held),
                settings.default_currency,
            )
        )
        found = earnings(session, own_id(), currency=currency, now=at, view=view, after=cursor())
        coming = next_settlement(session, own_id(), currency=currency, settings=settings, now=at)
        rates = [
            (line, line.rate)
            for line in found.items
            if isinstance(line, EarningRow) and line.rate is not None
        ]
        known = names_in(session, (rate.selector for _, rate in rates))
    own = {
        (kind, key): line.product
        for line, rate in rates
        for kind in ("product", "variant")
        if rate.selector.what == kind
        for key in rate.selector.what_ids
    }
    names = Names(known | own)
    return render_template(
        "pages/earnings.html",
        page=found,
        rules={line.key: rate_words(rate, names) for line, rate in rates},
        period_words=period_words,
        adjustment_words=adjustment_words,
        balance=held.get(currency) or Balances(currency),
        next_words=next_words(coming),
        view=view,
        now=at,
        tabs=earning_tabs("earnings"),
        currency_tabs=[
            (code, url_for("distributor.earnings", currency=code, view=view), code == currency)
            for code in held
        ],
        view_tabs=[
            (name, url_for("distributor.earnings", currency=currency, view=value), value == view)
            for value, name in (
                ("all", gettext("All")),
                ("pending", gettext("Pending")),
                ("released", gettext("Matured")),
            )
        ],
        next_page=url_for("distributor.earnings", currency=currency, view=view, after=found.next.text())
        if found.next
        else None,
        first_page=url_for("distributor.earnings", currency=currency, view=view)
        if request.args.get("after")
        else None,
    )


@blueprint.get("/earnings/statements", endpoint="statements")
def list_statements() -> str:
    """The newest statements."""
    with unit() as session:
        found = read.statements(session, distributor_id=own_id(), limit=100)
    found.sort(key=lambda statement: statement.cutoff_at, reverse=True)
    return render_template("pages/statements.html", statements=found, tabs=earning_tabs("statements"))


@blueprint.get("/earnings/statements/<uuid:statement_id>", endpoint="statement")
def show_statement(statement_id: UUID) -> str:
    """One statement with its lines."""
    after = (request.args.get("order", 0, int), request.args.get("line", 0, int))
    with unit() as session:
        found = read.statement(session, statement_id, of=own_id())
        lines = read.statement_lines(session, found, limit=_LINES + 1, after=after)
    shown = lines[:_LINES]
    return render_template(
        "pages/statement.html",
        statement=found,
        lines=shown,
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
        found = account(session, statement_id, of=own_id())
        return pdf_answer(found, own=True)


@blueprint.get("/earnings/statements/<uuid:statement_id>.csv", endpoint="statement_csv")
def download_statement(statement_id: UUID) -> Response:
    """One statement with all its lines, to calculate with."""
    with unit() as session:
        return csv_answer(account(session, statement_id, of=own_id(), most_lines=MOST_LINES))


def earning_tabs(current: str) -> list[tuple[str, str, bool]]:
    """The tabs over everything about money."""
    return [
        (gettext("Earnings"), url_for("distributor.earnings"), current == "earnings"),
        (gettext("Statements"), url_for("distributor.statements"), current == "statements"),
        (gettext("Withdrawals"), url_for("distributor.withdrawals"), current == "withdrawals"),
    ]
