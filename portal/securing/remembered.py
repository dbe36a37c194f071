"""Browsers that are not asked for the second step again for thirty days."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from distribution.access import devices
from portal.clock import now
from portal.database import unit
from portal.login import holder_of
from portal.securing.area import Area
from portal.security import address_of_client, cookie_flags

_TOKEN_BYTES = 32
_LONGEST_TOKEN = 200


def is_remembered(session: Session, person: Any) -> bool:
    """Whether this browser gave the person's second step lately."""
    token = request.cookies.get(_cookie(person.kind), "")
    if not token or len(token) > _LONGEST_TOKEN:
        return False
    return devices.is_remembered(
        session, person.kind, person.id, token=token, session_version=person.session_version, now=now()
    )


def remember(response: Response, person: Any) -> Response:
    """Do not ask this browser again for a while."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with unit() as session:
        devices.remember(
            session,
            holder_of(person),
            token=token,
            session_version=person.session_version,
            user_agent=request.user_agent.string,
            address=address_of_client(),
            now=now(),
        )
    flags = cookie_flags(current_app) | {"max_age": int(devices.LASTS.total_seconds())}
    response.set_cookie(_cookie(person.kind), token, **flags)
    return response


def forget(area: Area, device_id: UUID) -> ResponseReturnValue:
    """Forget a remembered device: it is asked for a code again."""
    with unit() as session:
        devices.forget(session, holder_of(current_user), device_id, now=now())
    flash(gettext("That device will be asked for a code again."), "good")
    return redirect(area.url("security") + "#remembered", 303)


def _cookie(kind: str) -> str:
    prefix = "__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return f"{prefix}remembered_{kind}"
