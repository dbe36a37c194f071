"""Is the process up, are its dependencies, and what does it measure."""

from __future__ import annotations

import redis
from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal import metrics
from portal.database import unit
from portal.queue import client

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Database and queue answer; 503 when one does not."""
    parts = {"database": _database_answers(), "queue": _queue_answers()}
    return jsonify(parts), 200 if all(parts.values()) else 503


@blueprint.get("/metrics")
def prometheus() -> Response:
    """For Prometheus."""
    return metrics.page()


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
