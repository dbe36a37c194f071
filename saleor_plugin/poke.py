"""Tells the workers that the inbox has something, at most once a second, and never lets anybody wait for Redis."""

import threading
import time
from collections.abc import Callable

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CHANNEL = "distribution:poke"
REDIS_SECONDS = 0.5
SECONDS_BETWEEN = 1.0
LONGEST_PAUSE_SECONDS = 30.0


class Poker:
    """A daemon thread that publishes; a poke that is lost does no harm, the inbox is drained every few seconds anyway.

    It is not the writer's thread: a frozen Redis may hold this one up, but not a signal.
    """

    def __init__(self, publish: Callable[[], None]) -> None:
        self.sent = 0
        self.failed = 0
        self._publish = publish
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def poke(self) -> None:
        """Ask for a poke soon; returns at once."""
        self._wanted.set()
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="distribution-poker", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = SECONDS_BETWEEN
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                self._publish()
            except Exception:
                self.failed += 1
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                self.sent += 1
                pause = SECONDS_BETWEEN
            time.sleep(pause)


def publish(redis_url: str) -> None:
    """Publish one poke to this Redis, giving up after a moment; a poke a second deserves no connection kept open."""
    client = redis.Redis.from_url(
        redis_url,
        socket_connect_timeout=REDIS_SECONDS,
        socket_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    with client:
        client.publish(CHANNEL, "1")
