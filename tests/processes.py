"""Processes of ours as tests start, kill and end them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings of ours and no others: `DATABASE_URL="…"`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DISTRIBUTION_")}
    return kept | {f"DISTRIBUTION_{name}": value for name, value in settings.items()}


def distribution(*arguments: str) -> list[str]:
    """The command line `distribution …` with this Python."""
    return [sys.executable, "-c", "from distribution.cli import main; main()", *arguments]


def distribution_at_a_keyboard(*arguments: str) -> list[str]:
    """The same where Ctrl-C counts: what a shell starts in the background, these tests too, passes over it."""
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    return [sys.executable, "-c", f"{heeds}; from distribution.cli import main; main()", *arguments]


@contextmanager
def running(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The process until the block ends; then it and everything it started are gone."""
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        kill_tree(process)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and to all it started, as a power cut."""
    for process_id in [process.pid, *descendants(process.pid)]:
        with suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGKILL)
    process.wait()


def descendants(process_id: int) -> list[int]:
    """Everything a process has started that still runs, and what that has started."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(status.parent.name))
    found, waiting = [], [process_id]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def wait_until(true: Callable[[], bool], *, seconds: float = 30.0) -> float:
    """Wait for something to be true and return how long it took."""
    started = time.monotonic()
    while not true():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"not so after {seconds:.0f} seconds")
        time.sleep(0.05)
    return time.monotonic() - started
