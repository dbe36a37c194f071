"""How often something may be tried: logins by address and by account, mails to one person."""

from __future__ import annotations

import hashlib
import logging
import threading
import time

import redis

from portal.queue import client

_MOST_REMEMBERED = 50_000
log = logging.getLogger("portal.throttle")


class OwnCounts:
    """What this process counts by itself while Redis is away; each process has its own, so the sum may be higher."""

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[float, int]] = {}

    def count(self, key: str, *, seconds: int, at: float) -> int:
        """One more of `key` in its window, which begins with the first; `at` is in seconds of any steady clock."""
        with self._lock:
            ends_at, count = self._counts.pop(key, (at + seconds, 0))
            if ends_at <= at:
                ends_at, count = at + seconds, 0
            self._make_room(at)
            self._counts[key] = ends_at, count + 1
            return count + 1

    def forget(self, key: str) -> None:
        """Start the count anew."""
        with self._lock:
            self._counts.pop(key, None)

    def _make_room(self, at: float) -> None:
        if len(self._counts) < self._most:
            return
        self._counts = {key: known for key, known in self._counts.items() if known[0] > at}
        # Whoever tries so many names fills it up; who tried longest ago goes, the address that tries stays.
        for key in list(self._counts)[: len(self._counts) - self._most * 9 // 10]:
            del self._counts[key]


_OWN = OwnCounts()


def exceeded(what: str, whose: str, *, limit: int, seconds: int) -> bool:
    """Count one try of `what` by `whose` and say whether there were more than `limit` in the window.

    Over all processes and machines; with Redis away each process counts by itself.
    """
    key = _key(what, whose)
    try:
        with client().pipeline(transaction=True) as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, seconds, nx=True)
            count = int(pipeline.execute()[0])
    except redis.RedisError as error:
        log.warning("counted by this process alone, Redis is away: %s", error)
        count = _OWN.count(key, seconds=seconds, at=time.monotonic())
    return count > limit


def forget(what: str, whose: str) -> None:
    """Start the count anew, after a success."""
    key = _key(what, whose)
    _OWN.forget(key)
    try:
        client().delete(key)
    except redis.RedisError as error:
        log.warning("count kept, Redis is away: %s", error)


def _key(what: str, whose: str) -> str:
    digest = hashlib.blake2b(whose.casefold().encode(), digest_size=12).hexdigest()
    return f"distribution:throttle:{what}:{digest}"
