"""Settlement runs: what is due, run now, what a run wrote."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from distribution.analytics.console_settlements import due, run_page, runs
from distribution.analytics.console_statement import statement_page
from distribution.errors import DomainError
from distribution.settlement.settle import settle
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.roles import Act
from portal.console.words import told
from portal.database import engine, unit
from portal.explaining.periods import adjustment_words, period_words


@blueprint.get("/settlements")
def settlements() -> str:
    """What the next run would find, and the runs there were."""
    with unit() as session:
        waiting = due(session, now=now())
        page = runs(session, cursor=request.args.get("cursor"))
    return render_template("console/settlements.html", due=waiting, page=page, now=now())


@blueprint.post("/settlements")
@needs(Act.SETTLE)
def run_settlement() -> ResponseReturnValue:
    """Settle everything due now, of one currency or of all."""
    currency = request.form.get("currency") or None
    try:
        closed = settle(engine(), actor=actor(), now=now(), currency=currency)
    except DomainError as error:
        flash(told(error), "bad")
    else:
        statements = sum(run.statement_count or 0 for run in closed)
        words = ngettext("%(num)d statement was written.", "%(num)d statements were written.", statements)
        flash(words if closed else gettext("Nothing was due."), "good" if closed else "note")
        if len(closed) == 1:
            return redirect(url_for("console.settlement", run_id=closed[0].id), 303)
    return redirect(url_for("console.settlements"), 303)


@blueprint.get("/settlements/<uuid:run_id>")
def settlement(run_id: UUID) -> str:
    """One run and its statements."""
    with unit() as session:
        facts = run_page(session, run_id, cursor=request.args.get("cursor"))
    return render_template("console/settlement.html", facts=facts)


@blueprint.get("/statements/<uuid:statement_id>")
def statement(statement_id: UUID) -> str:
    """One statement with its lines."""
    with unit() as session:
        facts = statement_page(session, statement_id)
    return render_template(
        "console/statement.html", facts=facts, period_words=period_words, adjustment_words=adjustment_words
    )
