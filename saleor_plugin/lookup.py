"""What stands behind a code, for storefronts: from memory, or read by one background thread within a moment."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from saleor_plugin.breaker import Breaker
from saleor_plugin.directory import Entry

PATIENCE_SECONDS = 0.250
KNOWN_SECONDS = 60.0
UNKNOWN_SECONDS = 15.0
# While the database is away an answer from before is better than none.
STALE_SECONDS = 3600.0
REMEMBERED = 4096
AT_ONCE = 200
LONGEST_CODE = 255


class DirectoryConnection(Protocol):
    """What the lookup needs of a connection."""

    def find(self, keys: Collection[str]) -> dict[str, Entry]:
        """What is known of these codes."""

    def close(self) -> None:
        """Let go of the connection."""


class Unavailable(Exception):
    """Nobody can say now what stands behind the code."""


class TooMany(Exception):
    """More codes wait to be looked up than a database should be asked for at once."""


@dataclass
class LookupCounts:
    """What storefronts asked for, and what it came to."""

    answered: int = 0
    from_memory: int = 0
    stale: int = 0
    unavailable: int = 0


class _Kept(NamedTuple):
    entry: Entry | None
    at: float

    def is_fresh(self, now: float) -> bool:
        return now - self.at < (UNKNOWN_SECONDS if self.entry is None else KNOWN_SECONDS)


class Lookup:
    """One daemon thread with one connection; codes asked for while it reads are read together in the next query.

    A request waits 250 ms at most, and not at all while the breaker is open.
    """

    def __init__(
        self, connect: Callable[[], DirectoryConnection], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.counts = LookupCounts()
        self.last_failure: str | None = None
        self._connect = connect
        self._clock = clock
        self._directory: DirectoryConnection | None = None
        self._breaker = Breaker()
        self._changed = threading.Condition()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._wanted: set[str] = set()
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def is_fresh(self, code: str) -> bool:
        """Whether the answer lies in memory: then it costs nothing."""
        with self._changed:
            kept = self._kept.get(key_of(code))
            return kept is not None and kept.is_fresh(self._clock())

    def find(self, code: str) -> Entry | None:
        """What a storefront may show of this code, None where it leads nowhere; raises Unavailable, TooMany."""
        key = key_of(code)
        if not key or len(key) > LONGEST_CODE or not key.isprintable():
            return None
        with self._changed:
            kept = self._kept.get(key)
            if kept is not None and kept.is_fresh(self._clock()):
                self.counts.from_memory += 1
                self._kept.move_to_end(key)
                return kept.entry
            done = None
            if not self._breaker.seconds_to_probe(self._clock()):
                if len(self._wanted) >= AT_ONCE and key not in self._wanted:
                    raise TooMany
                self._wanted.add(key)
                done = self._done
                self._keep_running()
                self._changed.notify()
        if done is not None and not done.wait(PATIENCE_SECONDS):
            with self._changed:
                self._breaker.fail(self._clock())
        return self._answer(key)

    def _answer(self, key: str) -> Entry | None:
        with self._changed:
            kept, now = self._kept.get(key), self._clock()
            if kept is not None and kept.is_fresh(now):
                self.counts.answered += 1
                return kept.entry
            if kept is not None and kept.entry is not None and now - kept.at < STALE_SECONDS:
                self.counts.stale += 1
                return kept.entry
            self.counts.unavailable += 1
        raise Unavailable

    def _keep_running(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="distribution-lookup", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._wanted:
                    self._changed.wait()
                keys, self._wanted = self._wanted, set()
                done, self._done = self._done, threading.Event()
            try:
                found = self._read(keys)
            except Exception as error:
                self._fail(error)
            else:
                self._keep(keys, found)
            done.set()

    def _read(self, keys: Collection[str]) -> dict[str, Entry]:
        if self._directory is not None:
            try:
                return self._directory.find(keys)
            except Exception:
                # What was kept open may have died long ago: that says nothing about the database.
                self._drop_connection()
        self._directory = self._connect()
        return self._directory.find(keys)

    def _keep(self, keys: Collection[str], found: dict[str, Entry]) -> None:
        with self._changed:
            now = self._clock()
            for key in keys:
                self._kept[key] = _Kept(found.get(key), now)
                self._kept.move_to_end(key)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
            self._breaker.succeed(now)

    def _fail(self, error: Exception) -> None:
        self._drop_connection()
        with self._changed:
            self.last_failure = getattr(error, "reason", type(error).__name__)
            self._breaker.fail(self._clock())

    def _drop_connection(self) -> None:
        directory, self._directory = self._directory, None
        if directory is not None:
            directory.close()


def key_of(code: str) -> str:
    """The code as the directory knows it: without blanks around it, in upper case."""
    return code.strip().upper()
