"""Enqueues a job unless it waits already: one that waits does the work of all."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import redis
from rq import Queue

QUEUE = "distribution"
LONG_QUEUE = "distribution-long"
"""For jobs that may take hours: they have a worker of their own and hold up no order."""
POKE_CHANNEL = "distribution:poke"
"""Where the plugin publishes that the inbox has something."""


def wake(
    connection: redis.Redis,
    job: str,
    *,
    queue: str = QUEUE,
    longest: timedelta = timedelta(minutes=5),
    failure_kept: timedelta = timedelta(hours=1),
) -> bool:
    """Enqueue the job of that dotted name; False when it is waiting in the queue already.

    A job that runs does not count as waiting: what came up since it began may be too late for it. Two callers at the
    same moment may both enqueue it, which is harmless.
    """
    waiting = Queue(queue, connection=connection)
    if is_waiting(waiting, job):
        return False
    # A failed job keeps its own id, so that it can be seen and holds up nobody; one that went well leaves nothing.
    waiting.enqueue(
        job,
        job_id=_id(job) + uuid4().hex,
        job_timeout=int(longest.total_seconds()),
        result_ttl=0,
        failure_ttl=int(failure_kept.total_seconds()),
    )
    return True


def is_waiting(queue: Queue, job: str) -> bool:
    """Whether the job of that dotted name is in the queue."""
    prefix = _id(job)
    return any(job_id.startswith(prefix) for job_id in queue.get_job_ids())


def _id(job: str) -> str:
    return job.replace(".", "_") + "-"
