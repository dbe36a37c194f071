"""Puts signals into the inbox from a background thread, so that a request waits a moment at most and never twice."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from saleor_plugin.breaker import Breaker
from saleor_plugin.inbox import SignalsRefused
from saleor_plugin.postgres import DatabaseUnavailable
from saleor_plugin.signals import Signal

PATIENCE_SECONDS = 0.040
# Waking a thread costs a busy process more than an insert, so what nobody waits for is gathered after each write.
GATHERING_SECONDS = 0.100
HELD_AT_MOST = 5000


class InboxConnection(Protocol):
    """What the writer needs of a connection."""

    def write(self, signals: Sequence[Signal]) -> None:
        """Add these signals, all or none; no signals at all is a probe."""

    def close(self) -> None:
        """Let go of the connection."""


@dataclass
class WriterCounts:
    """What became of the signals of this process."""

    written: int = 0
    merged: int = 0
    dropped: int = 0
    refused: int = 0
    timed_out: int = 0
    failed_writes: int = 0


class Writer:
    """One daemon thread with one connection; signals that come while it writes go together in the next write.

    While the breaker is open nobody waits: signals are held, the newest of each subject, up to a bound, and are
    written by the probe that finds the database well again. What is beyond the bound is dropped and counted.
    """

    def __init__(self, connect: Callable[[], InboxConnection], written: Callable[[], None]) -> None:
        self.counts = WriterCounts()
        self.last_failure: str | None = None
        self._connect = connect
        self._written = written
        self._inbox: InboxConnection | None = None
        self._breaker = Breaker()
        self._changed = threading.Condition()
        self._held: dict[tuple[str, str], Signal] = {}
        self._held_done = threading.Event()
        self._somebody_waits = False
        self._gathering_until = 0.0
        self._thread: threading.Thread | None = None

    @property
    def is_open(self) -> bool:
        """True while the breaker keeps requests from waiting."""
        return self._breaker.is_open

    @property
    def times_opened(self) -> int:
        """How often the breaker has opened."""
        return self._breaker.times_opened

    @property
    def held(self) -> int:
        """How many signals wait to be written."""
        return len(self._held)

    def submit(self, signals: Sequence[Signal], patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Hand over signals and wait until they are written, but never longer than the patience given."""
        with self._changed:
            self._hold(signals)
            self._keep_running()
            if self._breaker.is_open:
                return
            done = self._held_done
            self._somebody_waits |= patience_seconds > 0
            if self._somebody_waits or time.monotonic() >= self._gathering_until:
                self._changed.notify()
        if patience_seconds <= 0 or done.wait(patience_seconds):
            return
        with self._changed:
            self.counts.timed_out += 1
            # A request that had used up most of its patience before proves nothing about the database.
            if patience_seconds >= PATIENCE_SECONDS:
                self._breaker.fail(time.monotonic())
                self._changed.notify()

    def _hold(self, signals: Sequence[Signal]) -> None:
        for signal in signals:
            key = (signal.kind, signal.subject_id)
            if key in self._held:
                self.counts.merged += 1
            elif len(self._held) >= HELD_AT_MOST:
                self.counts.dropped += 1
                continue
            self._held[key] = signal

    def _keep_running(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="distribution-writer", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            batch, done = self._take()
            succeeded = self._write(batch)
            done.set()
            if batch and succeeded:
                self._written()

    def _take(self) -> tuple[dict[tuple[str, str], Signal], threading.Event]:
        with self._changed:
            while (pause := self._pause(time.monotonic())) != 0:
                self._changed.wait(pause)
            self._somebody_waits = False
            batch, self._held = self._held, {}
            done, self._held_done = self._held_done, threading.Event()
        return batch, done

    def _pause(self, now: float) -> float | None:
        """How long there is nothing to do; None is until somebody says so."""
        if self._breaker.is_open:
            return self._breaker.seconds_to_probe(now)
        if self._somebody_waits:
            return 0.0
        if now < self._gathering_until:
            return self._gathering_until - now
        return 0.0 if self._held else None

    def _write(self, batch: dict[tuple[str, str], Signal]) -> bool:
        try:
            seconds = self._attempt(list(batch.values()))
        except SignalsRefused as refusal:
            with self._changed:
                self.counts.refused += len(batch)
                self.last_failure = f"SQLSTATE {refusal.sqlstate}"
                self._breaker.succeed(time.monotonic())
            return False
        except Exception as error:
            self._drop_connection()
            with self._changed:
                self.counts.failed_writes += 1
                self.last_failure = (
                    error.reason if isinstance(error, DatabaseUnavailable) else type(error).__name__
                )
                # Offered again by the probe; written twice does no harm, a signal only says that something changed.
                newer, self._held = self._held, batch
                self._hold(list(newer.values()))
                self._breaker.fail(time.monotonic())
            return False
        with self._changed:
            self.counts.written += len(batch)
            self._gathering_until = time.monotonic() + GATHERING_SECONDS
            if seconds < PATIENCE_SECONDS:
                self._breaker.succeed(time.monotonic())
            elif self._breaker.is_open:
                self._breaker.fail(time.monotonic())
        return True

    def _attempt(self, signals: Sequence[Signal]) -> float:
        """Write, on a fresh connection when the kept one turns out to be dead; returns the seconds the write took."""
        if self._inbox is not None:
            started = time.monotonic()
            try:
                self._inbox.write(signals)
            except DatabaseUnavailable:
                self._drop_connection()
                if time.monotonic() - started >= PATIENCE_SECONDS:
                    raise
            else:
                return time.monotonic() - started
        self._inbox = self._connect()
        started = time.monotonic()
        self._inbox.write(signals)
        return time.monotonic() - started

    def _drop_connection(self) -> None:
        inbox, self._inbox = self._inbox, None
        if inbox is not None:
            inbox.close()
