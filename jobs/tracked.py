"""What every job has around it: alone among its kind, and its beginning and end noted where people look."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from sqlalchemy import Engine

from distribution.adapters.saleor.record import describe
from distribution.db import transaction
from distribution.runs.alone import alone
from distribution.runs.record import failed, good, started
from jobs.resources import Resources, resources

Facts = Mapping[str, Any] | None
log = logging.getLogger("jobs")


def tracked(name: str) -> Callable[[Callable[[Resources], Facts]], Callable[[], Facts]]:
    """Make a job of a function; what it returns is kept as its facts, what it raises is noted and raised."""

    def decorate(function: Callable[[Resources], Facts]) -> Callable[[], Facts]:
        @wraps(function)
        def run() -> Facts:
            given = resources()
            return run_tracked(given.engine, name, lambda: function(given))

        return run

    return decorate


def run_tracked(engine: Engine, name: str, work: Callable[[], Facts]) -> Facts:
    """Run `work` as the job `name`; returns None at once while another run of it is under way."""
    with alone(engine, name) as ours:
        if not ours:
            log.info("%s is under way already", name)
            return None
        started_at = datetime.now(UTC)
        with transaction(engine) as session:
            started(session, name, now=started_at)
        try:
            facts = work()
        except Exception as error:
            with transaction(engine) as session:
                failed(session, name, error=describe(error), now=datetime.now(UTC))
            raise
        with transaction(engine) as session:
            good(session, name, started_at=started_at, facts=facts or {}, now=datetime.now(UTC))
    return facts
