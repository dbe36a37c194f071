"""Browsers of a distributor that are pushed to: one says that it wants to be, another is taken off."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from distribution.adapters.notice.webpush import PUSH_SERVICES, Target, is_push_service, is_target
from distribution.notice.browsers import forget_browser, subscribe
from portal import throttle
from portal.clock import now
from portal.database import unit
from portal.payouts import cipher
from portal.views.distributor.blueprint import blueprint, own_id


@blueprint.post("/account/notices/browsers", endpoint="add_browser")
def add() -> ResponseReturnValue:
    """Keep the subscription that a script sends: what `PushSubscription.toJSON()` says."""
    if throttle.exceeded("push", str(own_id()), limit=30, seconds=3600):
        abort(429)
    target = _target(request.get_json(silent=True))
    services = current_app.config.get("PUSH_SERVICES", PUSH_SERVICES)
    if target is None or not is_push_service(target.endpoint, services) or not is_target(target):
        return jsonify(kept=False), 422
    with unit() as session:
        subscribe(
            session,
            own_id(),
            endpoint=target.endpoint,
            public_key=target.public_key,
            sealed_auth=cipher().seal(target.auth.decode("latin-1")),
            user_agent=request.headers.get("User-Agent", ""),
            now=now(),
        )
    return jsonify(kept=True)


@blueprint.post("/account/notices/browsers/<uuid:browser_id>/forget", endpoint="forget_browser")
def forget(browser_id: UUID) -> ResponseReturnValue:
    """Send no more notices to this browser."""
    with unit() as session:
        forget_browser(session, own_id(), browser_id)
    flash(gettext("This device no longer gets notices."), "good")
    return redirect(url_for("distributor.notice_choices"), 303)


def _target(said: Any) -> Target | None:
    try:
        endpoint, keys = said["endpoint"], said["keys"]
        if not isinstance(endpoint, str) or len(endpoint) > 2_000:
            return None
        return Target(endpoint, _bytes(keys["p256dh"]), _bytes(keys["auth"]))
    except (TypeError, KeyError, ValueError, AttributeError):
        return None


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
