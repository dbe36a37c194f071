"""Settlement runs: what is due, run now, what a run wrote."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from distribution.analytics.console_due import due
from distribution.analytics.console_settlements import MOST_PREVIEWED, run_page, runs
from distribution.analytics.console_statement import statement_page
from distribution.errors import DomainError, NotFound
from distribution.settings import program
from distribution.settlement.approval import discard_run
from distribution.settlement.approve import approve
from distribution.settlement.calendar import next_settlement_at
from distribution.settlement.preview import preview
from distribution.settlement.settle_due import Settled, settle_due
from portal.console.acting import acted, actor, now
from portal.console.blueprint import blueprint
from portal.console.forms.settlements import DiscardForm
from portal.console.guard import needs
from portal.console.refusals import told
from portal.console.roles import Act
from portal.database import engine, unit
from portal.explaining.periods import adjustment_words, period_words
from portal.papers.account import MOST_LINES, account
from portal.papers.course_words import course_lines, document_name, year_words
from portal.papers.statement import csv_answer, pdf_answer


@blueprint.get("/settlements")
def settlements() -> str:
    """What the next run would find, and the runs there were."""
    with unit() as session:
        waiting = due(session, now=now())
        page = runs(session, cursor=request.args.get("cursor"))
        settings = program.read(session)
    next_at = (
        next_settlement_at(settings.settlement, now(), ZoneInfo(settings.time_zone))
        if settings.settlement.automatic
        else None
    )
    return render_template(
        "console/settlements.html",
        due=waiting,
        page=page,
        next_at=next_at,
        zone=settings.time_zone,
        now=now(),
    )


@blueprint.get("/settlements/preview")
def preview_settlement() -> str:
    """What settling one currency now would pay whom; nothing is written."""
    currency = request.args.get("currency", "")
    with unit() as session:
        found = preview(session, currency=currency, now=now(), limit=MOST_PREVIEWED)
    return render_template("console/settlement_preview.html", found=found)


@blueprint.post("/settlements")
@needs(Act.SETTLE)
def run_settlement() -> ResponseReturnValue:
    """Settle everything due now, of one currency or of all; periods that are over are decided first."""
    currency = request.form.get("currency") or None
    try:
        settled = settle_due(engine(), actor=actor(), now=now(), currency=currency)
    except DomainError as error:
        flash(told(error), "bad")
    else:
        for words, tone in _settled(settled):
            flash(words, tone)
        if len(settled.runs) == 1:
            return redirect(url_for("console.settlement", run_id=settled.runs[0].id), 303)
    return redirect(url_for("console.settlements"), 303)


@blueprint.get("/settlements/<uuid:run_id>")
def settlement(run_id: UUID) -> str:
    """One run and its statements, or what they would be."""
    return _page(run_id)


@blueprint.post("/settlements/<uuid:run_id>/approve")
@needs(Act.SETTLE)
def approve_settlement(run_id: UUID) -> ResponseReturnValue:
    """Approve a prepared run; once enough people did, it pays."""
    try:
        missing = approve(engine(), run_id, actor=actor(), now=now()).closed_at is None
    except NotFound:
        raise
    except DomainError as error:
        flash(told(error), "bad")
    else:
        flash(
            gettext("Approved; above this amount it takes one more of you.")
            if missing
            else gettext("Approved: the statements are written."),
            "note" if missing else "good",
        )
    return redirect(url_for("console.settlement", run_id=run_id), 303)


@blueprint.post("/settlements/<uuid:run_id>/discard")
@needs(Act.SETTLE)
def discard_settlement(run_id: UUID) -> ResponseReturnValue:
    """Take a prepared run back: its lines are due again."""
    form = DiscardForm()
    if not form.validate_on_submit():
        return _page(run_id, discard_form=form), 422
    return acted(
        lambda session: discard_run(session, run_id, reason=form.reason.data, actor=actor(), now=now()),
        done=gettext("Discarded. Everything in it waits for the next settlement again."),
        then=url_for("console.settlements"),
    )


def _settled(settled: Settled) -> Iterator[tuple[str, str]]:
    if settled.adjusted:
        yield (
            ngettext(
                "%(num)d adjusting line of periods that are over was written first.",
                "%(num)d adjusting lines of periods that are over were written first.",
                settled.adjusted,
            ),
            "note",
        )
    if any(run.closed_at is None for run in settled.runs):
        yield gettext("Prepared: look at it, then approve it."), "note"
    elif settled.runs:
        yield (
            ngettext(
                "%(num)d statement was written.", "%(num)d statements were written.", settled.statements
            ),
            "good",
        )
    else:
        yield gettext("Nothing had matured."), "note"


def _page(run_id: UUID, *, discard_form: DiscardForm | None = None) -> str:
    with unit() as session:
        facts = run_page(session, run_id, cursor=request.args.get("cursor"))
    return render_template("console/settlement.html", facts=facts, discard_form=discard_form or DiscardForm())


@blueprint.get("/statements/<uuid:statement_id>")
def statement(statement_id: UUID) -> str:
    """One statement with its lines."""
    with unit() as session:
        facts = statement_page(session, statement_id)
    return render_template(
        "console/statement.html",
        facts=facts,
        title=document_name(facts.statement),
        parts=course_lines(facts.course, facts.statement),
        year_words=year_words(facts.statement),
        period_words=period_words,
        adjustment_words=adjustment_words,
    )


@blueprint.get("/statements/<uuid:statement_id>.pdf")
def statement_pdf(statement_id: UUID) -> Response:
    """One statement on paper, without address and tax id."""
    with unit() as session:
        return pdf_answer(account(session, statement_id), own=False)


@blueprint.get("/statements/<uuid:statement_id>.csv")
def statement_csv(statement_id: UUID) -> Response:
    """One statement with all its lines, to calculate with."""
    with unit() as session:
        return csv_answer(account(session, statement_id, most_lines=MOST_LINES))
