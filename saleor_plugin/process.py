"""What one server process keeps from request to request: Saleor makes a new plugin object and thread for each."""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from saleor_plugin.configuration import DATABASE_URL, REDIS_URL, driver_url, environment_problems
from saleor_plugin.directory import Directory
from saleor_plugin.inbox import Inbox
from saleor_plugin.lookup import Lookup, Unavailable
from saleor_plugin.poke import Poker, publish
from saleor_plugin.referral import Referral
from saleor_plugin.signals import Signal
from saleor_plugin.writer import Writer

CHECKOUTS_REMEMBERED = 1024


class Process:
    """The writer, the poker and the counts of one process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.pid = os.getpid()
        self.hooks = 0
        self.swallowed = 0
        self.last_swallowed: str | None = None
        self.waited_seconds = 0.0
        self.longest_wait_seconds = 0.0
        self._problems = sorted(environment_problems(environment))
        self._lock = threading.Lock()
        self._referrals: OrderedDict[str, Referral] = OrderedDict()
        if not self._problems:
            redis_url, database_url = environment[REDIS_URL], driver_url(environment[DATABASE_URL])
            self._poker = Poker(lambda: publish(redis_url))
            self._writer = Writer(lambda: Inbox(database_url), written=self._poker.poke)
            self._lookup = Lookup(lambda: Directory(database_url))

    def submit(self, signals: Sequence[Signal], patience_seconds: float) -> float:
        """Hand signals to the writer; with wrong settings they are only counted. Returns the seconds that took."""
        self.hooks += 1
        if self._problems or not signals:
            return 0.0
        started = time.monotonic()
        self._writer.submit(signals, patience_seconds)
        seconds = time.monotonic() - started
        self.waited_seconds += seconds
        self.longest_wait_seconds = max(self.longest_wait_seconds, seconds)
        return seconds

    def swallow(self, error: Exception) -> None:
        """Count what would otherwise have failed the shopper's request."""
        self.swallowed += 1
        self.last_swallowed = type(error).__name__

    def is_news(self, checkout_id: str, referral: Referral) -> bool:
        """Whether this checkout's referral is another one than this process saw last."""
        with self._lock:
            if self._referrals.get(checkout_id) == referral:
                return False
            self._referrals[checkout_id] = referral
            self._referrals.move_to_end(checkout_id)
            if len(self._referrals) > CHECKOUTS_REMEMBERED:
                self._referrals.popitem(last=False)
            return True

    @property
    def lookup(self) -> Lookup:
        """What stands behind codes; raises Unavailable where the variables are wrong."""
        if self._problems:
            raise Unavailable
        return self._lookup

    def health(self) -> dict[str, object]:
        """Counts and states for whoever watches; holds no secret and nothing about a shopper."""
        answer: dict[str, object] = {
            "pid": self.pid,
            "version": _version(),
            "hooks": self.hooks,
            "swallowed": self.swallowed,
            "last_swallowed": self.last_swallowed,
            "waited_ms": round(self.waited_seconds * 1000, 3),
            "longest_wait_ms": round(self.longest_wait_seconds * 1000, 3),
            "wrong_variables": self._problems,
        }
        if self._problems:
            return answer | {"breaker": "unconfigured"}
        writer = self._writer
        return answer | {
            "breaker": "open" if writer.is_open else "closed",
            "times_opened": writer.times_opened,
            "held": writer.held,
            **asdict(writer.counts),
            "last_failure": writer.last_failure,
            "pokes": self._poker.sent,
            "failed_pokes": self._poker.failed,
            "lookups": asdict(self._lookup.counts) | {"last_failure": self._lookup.last_failure},
        }


@cache
def _version() -> str:
    """What is installed here, to be compared with what runs elsewhere."""
    try:
        return version("saleor-distribution")
    except PackageNotFoundError:
        return "unknown"


_starting = threading.Lock()
_process: Process | None = None


def current() -> Process:
    """This process's own; made at its first use, and again after a fork."""
    global _process
    if _process is None or _process.pid != os.getpid():
        with _starting:
            if _process is None or _process.pid != os.getpid():
                _process = Process(os.environ)
    return _process


def forget() -> None:
    """A fork copies neither threads nor the right to use a connection, and a lock may have been held meanwhile."""
    global _process, _starting
    _process, _starting = None, threading.Lock()


os.register_at_fork(after_in_child=forget)
