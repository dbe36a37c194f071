"""The inbox and what went wrong: signals, answers that could not be read, effects given up."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from distribution.analytics.console_inbox import (
    bad_snapshot,
    bad_snapshots,
    counts,
    effects,
    jobs,
    signals,
)
from distribution.orders.retry import read_again, retry_signals
from distribution.outbox.retry import retry_effect
from portal.console.acting import acted, actor, each, now, said
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.parsing import chosen_numbers
from portal.console.roles import Act
from portal.database import unit


@blueprint.get("/inbox")
def inbox() -> str:
    """Signals that wait, the oldest first, and how the jobs went."""
    with unit() as session:
        return render_template(
            "console/inbox.html",
            counts=counts(session, now=now()),
            page=signals(session, cursor=request.args.get("cursor")),
            jobs=jobs(session),
            now=now(),
        )


@blueprint.post("/inbox/signals")
@needs(Act.RETRY)
def retry_inbox() -> ResponseReturnValue:
    """Try the chosen signals again at once."""
    ids = chosen_numbers("ids")
    return acted(
        lambda session: retry_signals(session, ids, actor=actor(), now=now()),
        done=ngettext("%(num)d signal is tried again now.", "%(num)d signals are tried again now.", len(ids)),
        then=url_for("console.inbox"),
    )


@blueprint.get("/inbox/answers")
def answers() -> str:
    """Answers of the shop that could not be read."""
    resolved = request.args.get("resolved") == "1"
    with unit() as session:
        return render_template(
            "console/answers.html",
            counts=counts(session, now=now()),
            page=bad_snapshots(session, resolved=resolved, cursor=request.args.get("cursor")),
            resolved=resolved,
        )


@blueprint.get("/inbox/answers/<source>/<path:external_id>")
def answer(source: str, external_id: str) -> str:
    """One answer of the shop that could not be read, as it came."""
    with unit() as session:
        return render_template("console/answer.html", facts=bad_snapshot(session, source, external_id))


@blueprint.post("/inbox/answers/<source>/<path:external_id>")
@needs(Act.RETRY)
def read_answer_again(source: str, external_id: str) -> ResponseReturnValue:
    """Have the order read from the shop once more."""
    return acted(
        lambda session: read_again(session, external_id, source=source, actor=actor(), now=now()),
        done=gettext("The order is read from the shop once more within seconds."),
        then=url_for("console.answer", source=source, external_id=external_id),
    )


@blueprint.get("/inbox/effects")
def outbox() -> str:
    """Effects that were given up, or those that wait."""
    failed = request.args.get("waiting") != "1"
    with unit() as session:
        return render_template(
            "console/effects.html",
            counts=counts(session, now=now()),
            page=effects(session, failed=failed, cursor=request.args.get("cursor")),
            failed=failed,
            now=now(),
        )


@blueprint.post("/inbox/effects")
@needs(Act.RETRY)
def retry_effects() -> ResponseReturnValue:
    """Carry out the chosen effects again."""
    back = url_for("console.outbox")
    ids = chosen_numbers("ids")
    if not ids:
        flash(gettext("Choose at least one."), "bad")
        return redirect(back, 303)

    def again(session: Session, effect_id: int) -> None:
        retry_effect(session, effect_id, actor=actor(), now=now())

    count, refused = each(ids, again)
    done = ngettext("%(num)d effect is tried again now.", "%(num)d effects are tried again now.", count)
    return said(count, refused, done, back)
