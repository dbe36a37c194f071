"""Who is alive on the queue: workers and schedulers, by their last heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import redis
from rq import Queue, Worker
from rq.cron import CronScheduler
from rq.registry import FailedJobRegistry

from distribution.adapters.queue.wake import LONG_QUEUE, QUEUE

LONGEST_SILENCE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Beats:
    """How many workers and schedulers were heard of lately, and how many jobs wait and have failed."""

    workers: int
    schedulers: int
    waiting: int
    failed: int


def beats(connection: redis.Redis, *, now: datetime) -> Beats:
    """What Redis knows of workers, schedulers and jobs at this moment."""
    queue, long_queue = Queue(QUEUE, connection=connection), Queue(LONG_QUEUE, connection=connection)
    since = now - LONGEST_SILENCE
    workers = [worker.last_heartbeat for worker in Worker.all(queue=queue)]
    schedulers = [scheduler.last_heartbeat for scheduler in CronScheduler.all(connection)]
    return Beats(
        workers=sum(_is_after(beat, since) for beat in workers),
        schedulers=sum(_is_after(beat, since) for beat in schedulers),
        waiting=queue.count + long_queue.count,
        failed=FailedJobRegistry(queue=queue).count + FailedJobRegistry(queue=long_queue).count,
    )


def _is_after(beat: datetime | None, since: datetime) -> bool:
    if beat is None:
        return False
    return (beat if beat.tzinfo else beat.replace(tzinfo=UTC)) >= since
