"""What stands behind a code: from memory, together, within a moment, and never longer."""

import contextlib
import threading
import time
from collections.abc import Callable, Collection

import pytest

from saleor_plugin.directory import Entry
from saleor_plugin.lookup import (
    KNOWN_SECONDS,
    PATIENCE_SECONDS,
    STALE_SECONDS,
    UNKNOWN_SECONDS,
    Lookup,
    Unavailable,
)
from saleor_plugin.postgres import DatabaseUnavailable

EMMA: Entry = {"code": "EMMA", "name": "Emma", "voucher": None, "offer": None}


class Shelf:
    """A directory in memory that can be slow or broken, and a clock that can be put forward."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.connections = 0
        self.answer: Callable[[], None] = lambda: None
        self.later = 0.0

    def connect(self) -> "Shelf":
        self.connections += 1
        return self

    def find(self, keys: Collection[str]) -> dict[str, Entry]:
        self.asked.append(set(keys))
        self.answer()
        return {"EMMA": EMMA} if "EMMA" in keys else {}

    def close(self) -> None:
        pass

    def clock(self) -> float:
        return time.monotonic() + self.later


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def lookup(shelf: Shelf) -> Lookup:
    return Lookup(shelf.connect, shelf.clock)


def fail() -> None:
    raise DatabaseUnavailable("down")


def test_it_is_read_once_and_then_remembered(lookup: Lookup, shelf: Shelf) -> None:
    assert lookup.find(" emma ") == EMMA
    assert lookup.find("EMMA") == EMMA
    assert lookup.find("nobody") is None
    assert lookup.find("nobody") is None
    assert shelf.asked == [{"EMMA"}, {"NOBODY"}]
    assert (lookup.counts.answered, lookup.counts.from_memory) == (2, 2)
    assert shelf.connections == 1


def test_it_is_read_again_after_a_while_the_unknown_sooner(lookup: Lookup, shelf: Shelf) -> None:
    lookup.find("EMMA"), lookup.find("NOBODY")
    shelf.later = UNKNOWN_SECONDS + 1
    lookup.find("EMMA"), lookup.find("NOBODY")
    assert shelf.asked[2:] == [{"NOBODY"}]
    shelf.later = KNOWN_SECONDS + 1
    lookup.find("EMMA")
    assert shelf.asked[3:] == [{"EMMA"}]


@pytest.mark.parametrize("code", ["", "   ", "x" * 256, "two\nlines", "nul\0", "half \ud83d"])
def test_what_is_no_code_costs_nothing(lookup: Lookup, shelf: Shelf, code: str) -> None:
    assert lookup.find(code) is None
    assert shelf.asked == []


def test_without_a_database_nobody_waits_twice(lookup: Lookup, shelf: Shelf) -> None:
    shelf.answer = fail
    with pytest.raises(Unavailable):
        lookup.find("EMMA")
    started = time.monotonic()
    for _ in range(100):
        with pytest.raises(Unavailable):
            lookup.find("EMMA")
    assert time.monotonic() - started < 10 * PATIENCE_SECONDS
    assert len(shelf.asked) == 1
    assert lookup.last_failure == "down"
    shelf.answer = lambda: None
    shelf.later = 2.0
    assert lookup.find("EMMA") == EMMA


def test_a_frozen_database_costs_a_quarter_of_a_second_once(lookup: Lookup, shelf: Shelf) -> None:
    thawed = threading.Event()
    shelf.answer = lambda: thawed.wait(5) and None
    waits = []
    for _ in range(5):
        started = time.monotonic()
        with pytest.raises(Unavailable):
            lookup.find("EMMA")
        waits.append(time.monotonic() - started)
    assert PATIENCE_SECONDS <= waits[0] < 4 * PATIENCE_SECONDS
    assert sum(waits[1:]) < PATIENCE_SECONDS
    thawed.set()


def test_what_was_known_is_said_while_the_database_is_away(lookup: Lookup, shelf: Shelf) -> None:
    lookup.find("EMMA")
    shelf.answer = fail
    shelf.later = KNOWN_SECONDS + 1
    assert lookup.find("EMMA") == EMMA
    assert lookup.counts.stale == 1
    shelf.later = STALE_SECONDS + 1
    with pytest.raises(Unavailable):
        lookup.find("EMMA")


def test_a_connection_that_died_meanwhile_is_replaced(lookup: Lookup, shelf: Shelf) -> None:
    lookup.find("EMMA")
    failures = iter([fail])
    shelf.answer = lambda: next(failures, lambda: None)()
    assert lookup.find("OTHER") is None
    assert shelf.connections == 2


def test_many_at_once_are_read_together(lookup: Lookup, shelf: Shelf) -> None:
    gate = threading.Event()
    shelf.answer = lambda: gate.wait(5) and None
    threads = [threading.Thread(target=lambda: _quietly(lookup, "EMMA"))]
    threads[0].start()
    while not shelf.asked:
        time.sleep(0.001)
    threads += [threading.Thread(target=lambda n=n: _quietly(lookup, f"CODE{n % 10}")) for n in range(30)]
    for thread in threads[1:]:
        thread.start()
    time.sleep(0.05)
    gate.set()
    for thread in threads:
        thread.join()
    assert shelf.asked == [{"EMMA"}, {f"CODE{n}" for n in range(10)}]


def _quietly(lookup: Lookup, code: str) -> None:
    with contextlib.suppress(Unavailable):
        lookup.find(code)
