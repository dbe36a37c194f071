"""The last proofs, and one more now."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from redis import RedisError

from distribution.adapters.queue import wake
from distribution.analytics.console_verification import snapshots_about, verifications
from distribution.proof import prove
from distribution.proof.keep import ask, keep
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import unit
from portal.queue import client

LARGE = 20_000
"""Snapshots that can be proven while somebody waits for the page."""
JOB = "jobs.daily.verify_whole"


@blueprint.get("/verification")
def verification() -> str:
    """What the last proofs found."""
    with unit() as session:
        rows = verifications(session)
    return render_template("console/verification.html", rows=rows, now=now())


@blueprint.post("/verification")
@needs(Act.VERIFY)
def verify_now() -> ResponseReturnValue:
    """Prove everything once more: here and now, or by a worker where that takes longer than anybody waits."""
    with unit() as session:
        large = snapshots_about(session) > LARGE
    if large:
        return _by_a_worker()
    with unit() as session:
        found = prove(session)
    with unit() as session:
        keep(session, found, actor=actor(), now=now())
    if found.holds:
        flash(gettext("Everything agrees, to the last unit of money."), "good")
    else:
        flash(gettext("There are differences. Look at them below."), "bad")
    return redirect(url_for("console.verification"), 303)


def _by_a_worker() -> ResponseReturnValue:
    try:
        wake(client(), JOB, longest=timedelta(hours=2))
    except RedisError:
        flash(gettext("The queue does not answer just now. Try again in a minute."), "bad")
    else:
        with unit() as session:
            ask(session, actor=actor(), now=now())
        flash(gettext("A worker proves everything now. The result appears here in some minutes."), "note")
    return redirect(url_for("console.verification"), 303)
