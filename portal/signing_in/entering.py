"""The page a code leads to: it says who comes in, and lets them in when they say so.

A link alone logs nobody in: who sends somebody theirs would have them act in a strange account unawares, and whatever
looks at links ahead of people would use the code up.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.access.errors import CodeNotValid
from portal import throttle
from portal.security import address_of_client
from portal.signing_in.arriving import arrive
from portal.signing_in.blueprint import blueprint
from portal.signing_in.codes import ENTER, looked_at, taken


@blueprint.get("/enter/<code>")
def enter_page(code: str) -> ResponseReturnValue:
    """Whom the code lets in."""
    if throttle.exceeded("enter", address_of_client(), limit=60, seconds=300):
        return expired()
    try:
        one = looked_at(ENTER, code)
    except CodeNotValid:
        return expired()
    return render_template("signing_in/enter.html", one=one, code=code)


@blueprint.post("/enter/<code>")
def enter_with_code(code: str) -> ResponseReturnValue:
    """Let in whoever arrived with this code."""
    try:
        one = taken(ENTER, code)
    except CodeNotValid:
        return expired()
    return arrive(one)


def expired() -> ResponseReturnValue:
    """The code is over: there is another way in."""
    flash(
        gettext("This link has expired or was used already. Start again from there, or log in here."),
        "bad",
    )
    return redirect(url_for("access.login"), 303)
