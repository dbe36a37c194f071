"""The worker: RQ workers that fork for each job, one of them for long jobs, and a listener beside them.

Whichever dies is started again.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from types import FrameType

import redis
from rq import Worker

from distribution.adapters.queue import LONG_QUEUE, QUEUE
from jobs.listener import listen
from jobs.schedule import RECURRING

# RQ forks the job's process from the worker's: what is imported here is not imported again for each job.
assert RECURRING

WORKER_TTL_SECONDS = 60
_SET_PARENT_DEATH_SIGNAL = 1
_CHECK_SECONDS = 0.5
_GRACE_SECONDS = 20.0
_LISTENER = "listener"
_PAUSE_SECONDS = 1.0
_fork = get_context("fork")
log = logging.getLogger("jobs.worker")


class Workers:
    """So many workers, one more for long jobs and one listener, kept alive until the process is told to stop."""

    def __init__(self, redis_url: str, *, count: int) -> None:
        queues = {f"worker {number}": QUEUE for number in range(1, count + 1)}
        self._queues = queues | {"worker of long jobs": LONG_QUEUE, _LISTENER: ""}
        self._redis_url = redis_url
        self._stopping = False
        self._children: dict[str, BaseProcess] = {}

    def run(self) -> None:
        """Run until a SIGTERM or SIGINT; jobs under way have a moment to end, then they are killed."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self._stopping:
            self._start_missing()
            time.sleep(_CHECK_SECONDS)
        deadline = time.monotonic() + _GRACE_SECONDS
        for child in self._children.values():
            child.join(max(0.0, deadline - time.monotonic()))
        # RQ takes a second signal for an order to kill the job too. Every job may be killed anywhere.
        self._tell_children()
        for child in self._children.values():
            child.join()

    def _start_missing(self) -> None:
        for name, queue in self._queues.items():
            known = self._children.get(name)
            if known is not None and known.is_alive():
                continue
            if known is not None:
                log.warning("the %s ended (%s) and is started again", name, known.exitcode)
            target = _listen if name == _LISTENER else _work
            self._children[name] = _fork.Process(
                target=target, args=(self._redis_url, queue, os.getpid()), name=name
            )
            if not self._stopping:
                self._children[name].start()

    def _stop(self, signum: int, _frame: FrameType | None) -> None:
        self._stopping = True
        self._tell_children()

    def _tell_children(self) -> None:
        for child in self._children.values():
            if child.pid is not None and child.is_alive():
                os.kill(child.pid, signal.SIGTERM)


def _work(redis_url: str, queue: str, parent: int) -> None:
    _begin(parent)
    with redis.Redis.from_url(redis_url) as connection:
        _wait_for(connection)
        # Failures of jobs are in RQ's registry and in our own table; only warnings go to the log.
        worker = Worker([queue], connection=connection, worker_ttl=WORKER_TTL_SECONDS)
        worker.work(logging_level="WARNING")


def _listen(redis_url: str, _queue: str, parent: int) -> None:
    _begin(parent)
    listen(redis_url)


def _begin(parent: int) -> None:
    """Leave the parent's signal handlers behind, and end in order when the parent dies."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl-C reaches us too, but it is the parent who tells us to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def _wait_for(connection: redis.Redis) -> None:
    while True:
        try:
            connection.ping()
            return
        except redis.RedisError as error:
            log.warning("Redis does not answer (%s); trying again", error)
            time.sleep(_PAUSE_SECONDS)
