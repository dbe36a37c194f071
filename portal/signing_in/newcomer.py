"""Somebody vouched for whom nobody knows here: they may apply, with what is known of them filled in."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import redirect, session, url_for
from werkzeug.wrappers import Response

from portal.clock import now
from portal.login import leave
from portal.signing_in.codes import Arrival, arrival

LASTS = timedelta(hours=1)
_KEY = "newcomer"


def begin(one: Arrival) -> Response:
    """Keep who they are in their own session, for the application."""
    leave()
    session[_KEY] = [one.plain(), now().timestamp()]
    if one.invited_by:
        return redirect(url_for("access.join", code=one.invited_by), 303)
    return redirect(url_for("access.register"), 303)


def found(at: datetime) -> Arrival | None:
    """Who applies in this browser, unless it was too long ago."""
    kept = session.get(_KEY)
    if not kept or at.timestamp() - kept[1] > LASTS.total_seconds():
        return None
    return arrival(kept[0])
