"""The last proofs, and one more now."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.analytics.console_verification import verifications
from distribution.proof import prove
from distribution.proof.keep import keep
from portal.console.acting import actor, now
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import unit


@blueprint.get("/verification")
def verification() -> str:
    """What the last proofs found."""
    with unit() as session:
        rows = verifications(session)
    return render_template("console/verification.html", rows=rows, now=now())


@blueprint.post("/verification")
@needs(Act.VERIFY)
def verify_now() -> ResponseReturnValue:
    """Prove everything once more."""
    with unit() as session:
        found = prove(session)
    with unit() as session:
        keep(session, found, actor=actor(), now=now())
    if found.holds:
        flash(gettext("Everything agrees, to the last unit of money."), "good")
    else:
        flash(gettext("There are differences. Look at them below."), "bad")
    return redirect(url_for("console.verification"), 303)
