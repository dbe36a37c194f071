"""The queue of applications."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from distribution.analytics.application_sources import sources
from distribution.analytics.console_applications import applications as read_applications
from distribution.leaving.dismiss import change_status
from distribution.network.standing import APPROVE, REJECT
from portal.console.acting import actor, each, now, said
from portal.console.blueprint import blueprint
from portal.console.guard import may, needs
from portal.console.parsing import decided
from portal.console.roles import Act
from portal.console.words import SOURCES
from portal.database import program_settings, unit

_REPORTED = timedelta(days=365)


@blueprint.get("/applications")
def applications() -> str:
    """Who waits for a decision, longest waiting first; or who was turned down."""
    status = "rejected" if request.args.get("status") == "rejected" else "applied"
    with unit() as session:
        page = read_applications(
            session,
            status=status,
            cursor=request.args.get("cursor"),
            show_email=may(Act.SEE_PERSONAL_DATA),
        )
    return render_template(
        "console/applications.html",
        page=page,
        status=status,
        now=now(),
        source_words=SOURCES,
        buys_first=program_settings().join_policy == "bought",
    )


@blueprint.get("/applications/sources")
def application_sources() -> str:
    """How those who applied in the last year came here, and what became of them."""
    with unit() as session:
        rows = sources(session, since=now() - _REPORTED)
    return render_template("console/application_sources.html", rows=rows, source_words=SOURCES)


@blueprint.post("/applications")
@needs(Act.DECIDE_APPLICATIONS)
def decide_applications() -> ResponseReturnValue:
    """Approve or reject the chosen ones, or the one whose own button was pressed."""
    back = url_for("console.applications")
    chosen = decided()
    if chosen.problem:
        flash(chosen.problem, "bad")
        return redirect(back, 303)

    def decide(session: Session, applicant: UUID) -> None:
        act, why = (REJECT, chosen.reason) if chosen.rejects else (APPROVE, None)
        change_status(session, applicant, act, actor=actor(), now=now(), reason=why)

    count, refused = each(chosen.ids, decide)
    done = (
        ngettext("%(num)d application rejected.", "%(num)d applications rejected.", count)
        if chosen.rejects
        else ngettext("%(num)d application approved.", "%(num)d applications approved.", count)
    )
    return said(count, refused, done, back)
