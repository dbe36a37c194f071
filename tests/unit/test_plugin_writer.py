"""The writer's promises about waiting, holding and dropping, without a database."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from saleor_plugin.inbox import SignalsRefused
from saleor_plugin.postgres import DatabaseUnavailable
from saleor_plugin.referral import Referral
from saleor_plugin.signals import Signal
from saleor_plugin.writer import GATHERING_SECONDS, HELD_AT_MOST, PATIENCE_SECONDS, Writer


class Store:
    """An inbox in memory that can be slow, broken or picky."""

    def __init__(self) -> None:
        self.batches: list[list[Signal]] = []
        self.connections = 0
        self.answer: Callable[[], None] = lambda: None
        self.pokes = 0

    def connect(self) -> "Store":
        self.connections += 1
        return self

    def write(self, signals: Sequence[Signal]) -> None:
        self.answer()
        self.batches.append(list(signals))

    def close(self) -> None:
        pass

    def poke(self) -> None:
        self.pokes += 1

    @property
    def rows(self) -> list[Signal]:
        return [signal for batch in self.batches for signal in batch]


def order(number: int) -> Signal:
    return Signal("order", f"order-{number}", "order_updated")


def fail() -> None:
    raise DatabaseUnavailable("down")


def refuse() -> None:
    raise SignalsRefused("22P05")


def until(check: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def writer(store: Store) -> Writer:
    return Writer(store.connect, store.poke)


def timed(act: Callable[[], None]) -> float:
    started = time.monotonic()
    act()
    return time.monotonic() - started


def test_written_when_submit_returns_and_poked_after(writer: Writer, store: Store) -> None:
    writer.submit([order(1)])
    assert store.rows == [order(1)]
    until(lambda: store.pokes == 1)
    assert writer.counts.written == 1
    assert not writer.is_open


def test_what_comes_during_a_write_goes_together_in_the_next(writer: Writer, store: Store) -> None:
    gate = threading.Event()
    store.answer = lambda: bool(gate.wait(5)) and None
    writer.submit([order(0)], 0.0)
    until(lambda: writer.held == 0)
    for number in range(1, 50):
        writer.submit([order(number)], 0.0)
    gate.set()
    until(lambda: len(store.rows) == 50)
    assert [len(batch) for batch in store.batches] == [1, 49]


def test_what_nobody_waits_for_is_gathered_after_a_write(writer: Writer, store: Store) -> None:
    writer.submit([order(0)])
    for number in range(1, 6):
        writer.submit([order(number)], 0.0)
    until(lambda: len(store.rows) == 6)
    assert [len(batch) for batch in store.batches] == [1, 5]
    time.sleep(GATHERING_SECONDS * 2)
    writer.submit([order(6)], 0.0)
    until(lambda: len(store.rows) == 7, GATHERING_SECONDS / 2)


def test_slow_database_costs_one_wait_and_then_none(writer: Writer, store: Store) -> None:
    gate = threading.Event()
    store.answer = lambda: bool(gate.wait(5)) and None
    first = timed(lambda: writer.submit([order(0)]))
    assert PATIENCE_SECONDS <= first < PATIENCE_SECONDS + 0.05
    assert writer.is_open
    assert timed(lambda: [writer.submit([order(n)]) for n in range(1, 101)] and None) < PATIENCE_SECONDS
    gate.set()
    store.answer = lambda: None
    until(lambda: len(store.rows) == 101 and not writer.is_open)
    assert writer.counts.timed_out == 1
    assert writer.times_opened == 1


def test_probe_closes_without_any_new_signal(writer: Writer, store: Store) -> None:
    store.answer = fail
    writer.submit([order(1)])
    assert writer.is_open
    assert writer.last_failure == "down"
    store.answer = lambda: None
    until(lambda: not writer.is_open)
    assert store.rows == [order(1)]


def test_breaker_that_a_late_waiter_opened_closes_too(writer: Writer, store: Store) -> None:
    store.answer = lambda: time.sleep(PATIENCE_SECONDS * 1.2)
    writer.submit([order(1)])
    assert writer.is_open
    store.answer = lambda: None
    until(lambda: not writer.is_open)
    assert store.batches[-1] == []


def test_impatience_of_a_request_that_waited_before_proves_nothing(writer: Writer, store: Store) -> None:
    store.answer = lambda: time.sleep(PATIENCE_SECONDS / 2)
    writer.submit([order(1)], 0.005)
    assert not writer.is_open
    until(lambda: store.rows == [order(1)])


def test_held_signals_are_the_newest_of_each_subject_up_to_a_bound(writer: Writer, store: Store) -> None:
    store.answer = fail
    writer.submit([order(0)])
    old, new = (Signal("checkout", "c", "checkout_updated", Referral(code, None)) for code in ("OLD", "NEW"))
    writer.submit([old])
    writer.submit([new])
    writer.submit([order(number) for number in range(1, HELD_AT_MOST + 10)])
    assert writer.held == HELD_AT_MOST
    assert writer.counts.merged == 1
    assert writer.counts.dropped == 11
    store.answer = lambda: None
    until(lambda: len(store.rows) == HELD_AT_MOST)
    assert store.rows[:2] == [order(0), new]


def test_refused_signals_hold_nothing_up(writer: Writer, store: Store) -> None:
    store.answer = refuse
    writer.submit([order(1)])
    assert not writer.is_open
    store.answer = lambda: None
    writer.submit([order(2)])
    assert store.rows == [order(2)]
    assert writer.counts.refused == 1
    assert writer.last_failure == "SQLSTATE 22P05"


def test_connection_that_died_while_idle_is_replaced_at_once(writer: Writer, store: Store) -> None:
    writer.submit([order(1)])
    answers = iter([fail])

    def once() -> None:
        next(answers, lambda: None)()

    store.answer = once
    writer.submit([order(2)])
    assert store.rows == [order(1), order(2)]
    assert store.connections == 2
    assert not writer.is_open


def test_unexpected_error_is_a_failure_like_any_other(writer: Writer, store: Store) -> None:
    def crash() -> None:
        raise ZeroDivisionError

    store.answer = crash
    writer.submit([order(1)])
    assert writer.is_open
    assert writer.last_failure == "ZeroDivisionError"
    store.answer = lambda: None
    until(lambda: store.rows == [order(1)])


def test_a_hundred_threads(writer: Writer, store: Store) -> None:
    threads = [threading.Thread(target=writer.submit, args=([order(n)],)) for n in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: len(store.rows) == 100)
    assert set(store.rows) == {order(n) for n in range(100)}
