"""Is the process up, are its dependencies, and what does it measure."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

import redis
from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from distribution.settings.environment import Settings, Variable
from portal import metrics
from portal.database import unit
from portal.queue import client
from portal.security import address_of_client

blueprint = Blueprint("health", __name__)
_HANDED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer that the process is up, whatever it needs."""
    return Response("ok\n", content_type="text/plain")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Database and queue answer; 503 when one does not."""
    parts = {"database": _database_answers(), "queue": _queue_answers()}
    return jsonify(parts), 200 if all(parts.values()) else 503


@blueprint.get("/metrics")
def prometheus() -> ResponseReturnValue:
    """For Prometheus: with the token of the settings, or from this machine itself where they name none."""
    refused = _refused()
    return metrics.page() if refused is None else refused


def _refused() -> Response | None:
    settings: Settings = current_app.extensions["settings"]
    if Variable.METRICS_TOKEN in settings:
        shown = request.authorization
        given = shown.token if shown is not None and shown.type == "bearer" else None
        if hmac.compare_digest((given or "").encode(), settings.metrics_token.encode()):
            return None
        words = {"WWW-Authenticate": "Bearer"}
        return Response("Show DISTRIBUTION_METRICS_TOKEN as a bearer token.\n", 401, words, "text/plain")
    if _from_this_machine():
        return None
    return Response(
        "Set DISTRIBUTION_METRICS_TOKEN and show it as a bearer token.\n", 403, None, "text/plain"
    )


def _from_this_machine() -> bool:
    # What a proxy on this machine hands on comes from here too, but says for whom.
    if any(name in request.headers for name in _HANDED_ON):
        return False
    try:
        return ip_address(address_of_client()).is_loopback
    except ValueError:
        return False


def _database_answers() -> bool:
    try:
        with unit() as session:
            session.execute(text("SELECT 1 FROM distribution.alembic_version"))
    except SQLAlchemyError:
        return False
    return True


def _queue_answers() -> bool:
    try:
        return bool(client().ping())
    except redis.RedisError:
        return False
