"""Dashboard, team and earnings among a million distributors and ten million commission lines.

The time the server takes to answer, against what the same queries take when only the database driver asks them: both
at their 99th percentile over people drawn as they sell, so that the biggest are among them.
DISTRIBUTION_BENCH_DISTRIBUTORS makes it smaller.
"""

from __future__ import annotations

import os
import random
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from benchmarks.big_program import make_past
from benchmarks.database import database
from benchmarks.result import report
from distribution.access import sessions
from distribution.adapters.embedded import running_redis
from distribution.db import transaction
from distribution.privacy.encryption import new_key
from distribution.settings.environment import Settings
from portal.server import application

GOAL = 2.0
MOST_QUERIES = 8
PEOPLE = 300
PAGES = ("/", "/team", "/earnings")
Query = tuple[str, Any]


def run() -> None:
    """Print a ratio for each page."""
    distributors = int(os.environ.get("DISTRIBUTION_BENCH_DISTRIBUTORS", "1000000"))
    with (
        database() as engine,
        tempfile.TemporaryDirectory(prefix="distribution-bench-") as directory,
        running_redis(Path(directory), durable=False) as redis,
    ):
        lines = make_past(engine, distributors=distributors, orders=distributors * 10 // 3)
        app = application(settings_for(engine, redis.url), threads=8)
        app.config["PROPAGATE_EXCEPTIONS"] = True
        people = _drawn(engine, distributors)
        for path in PAGES:
            _measure(engine, app, path, people, f"{distributors:,} distributors, {lines:,} lines")


def _measure(engine: Engine, app: Flask, path: str, people: list[Any], among: str) -> None:
    served, bare, most = [], [], 0
    with app.extensions["engine"].connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        for person in people:
            client = _logged_in(engine, app, person)
            client.get(path)
            with _queries(app.extensions["engine"]) as asked:
                client.get(path)
            most = max(most, len(asked))
            # In turns, so that both meet the same machine; the first of each warms the caches.
            for _ in range(2):
                server_seconds, bare_seconds = _served(client, path), _bare(driver, asked)
            served.append(server_seconds)
            bare.append(bare_seconds)
    at = [_percentile(each, 0.99) for each in (served, bare)]
    middle = [_percentile(each, 0.5) for each in (served, bare)]
    report(
        f"portal_pages {path}",
        at[0] / at[1],
        GOAL,
        f"p99 {1000 * at[0]:.1f} ms against {1000 * at[1]:.1f} ms bare, p50 {1000 * middle[0]:.1f} against "
        f"{1000 * middle[1]:.1f}; {most} queries at most; {among}",
        at_most=True,
    )
    assert most <= MOST_QUERIES, f"{path} asks {most} queries"


def settings_for(engine: Engine, redis_url: str) -> Settings:
    """What the portal needs to run on these servers."""
    return Settings.load(
        {
            "DISTRIBUTION_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "DISTRIBUTION_REDIS_URL": redis_url,
            "DISTRIBUTION_SECRET_KEY": secrets.token_urlsafe(32),
            "DISTRIBUTION_ENCRYPTION_KEYS": new_key(),
            "DISTRIBUTION_PORTAL_URL": "http://localhost",
            "DISTRIBUTION_STOREFRONT_URL": "http://localhost:3000",
            "DISTRIBUTION_MAIL_URL": "console:",
        }
    )


def _drawn(engine: Engine, distributors: int) -> list[Any]:
    chosen = random.Random(7)
    codes = [f"CODE{1 + int(distributors * chosen.random() ** 3)}" for _ in range(PEOPLE)]
    query = text("SELECT distributor_id FROM distribution.referral_codes WHERE code_key = ANY (:codes)")
    with engine.connect() as connection:
        return list(connection.scalars(query, {"codes": codes}))


def _logged_in(engine: Engine, app: Flask, person: Any) -> FlaskClient:
    token = secrets.token_urlsafe(32)
    with transaction(engine) as session:
        sessions.begin(
            session,
            kind="distributor",
            person_id=person,
            session_version=0,
            token=token,
            user_agent="",
            address="127.0.0.1",
            now=datetime.now(UTC),
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"distributor:{token}"
        cookie["since"] = datetime.now(UTC).isoformat()
    return client


@contextmanager
def _queries(engine: Engine) -> Iterator[list[Query]]:
    asked: list[Query] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _served(client: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    seconds = time.perf_counter() - began
    assert answer.status_code == 200, (path, answer.status_code, answer.location)
    return seconds


def _bare(driver: psycopg.Connection[Any], asked: list[Query]) -> float:
    began = time.perf_counter()
    for statement, parameters in asked:
        cursor = driver.execute(statement, parameters)
        if cursor.description is not None:
            cursor.fetchall()
    driver.rollback()
    return time.perf_counter() - began


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
