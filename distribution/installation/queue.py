"""Does Redis answer, and is there somebody who works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import redis

from distribution.adapters.queue import beats
from distribution.installation.clock import Clock, check_clock
from distribution.installation.outcome import Finding, one_line
from distribution.installation.outcomes import found

REDIS_SECONDS = 2.0


def check_queue(redis_url: str, *, clock: Clock) -> Iterator[Finding]:
    """It answers by the same clock, and a worker and a scheduler were heard of lately."""
    try:
        with redis.Redis.from_url(
            redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        ) as connection:
            asked_at = clock()
            seconds, _ = connection.time()
            answered_at = clock()
            heard = beats(connection, now=answered_at)
    except (redis.RedisError, ValueError) as error:
        yield found("queue.unreachable", error=one_line(error))
        return
    yield found("queue.good", waiting=heard.waiting, failed=heard.failed)
    agrees = check_clock(
        "Redis", datetime.fromtimestamp(seconds, UTC), asked_at=asked_at, answered_at=answered_at
    )
    if agrees.state != "good":
        yield agrees
    yield found("worker.good" if heard.workers else "worker.none", count=heard.workers)
    yield found("scheduler.good" if heard.schedulers else "scheduler.none", count=heard.schedulers)
