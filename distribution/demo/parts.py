"""The processes of the demo: started together, looked after, stopped in order."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from distribution.demo.errors import PartStopped

_SET_PARENT_DEATH_SIGNAL = 1
_LONGEST_STOP_SECONDS = 12.0
# Every job may be killed anywhere and run again.
_POLL_SECONDS = 0.1


class Part:
    """One process, whose words go to a file."""

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        prctl = ctypes.CDLL(None).prctl
        with log.open("wb") as output:
            # A session of its own: Ctrl-C is for us, who stop the parts in order.
            self._process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM),
            )

    def check(self) -> None:
        """Raise PartStopped when it has ended."""
        if self._process.poll() is not None:
            lines = self.log.read_text(errors="replace").split("\n")
            said = [line.strip() for line in lines if line.strip()]
            raise PartStopped(self.name, self.log, said[-1] if said else "it said nothing")

    def ask_to_stop(self) -> None:
        """Tell it to end what it is doing."""
        if self._process.poll() is None:
            self._process.terminate()

    def wait(self) -> None:
        """Wait until it has ended, and insist when it does not."""
        try:
            self._process.wait(_LONGEST_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def ours(*words: str) -> list[str]:
    """The command line of this installation, whatever the PATH says."""
    return [sys.executable, "-c", "from distribution.cli import main; main()", *words]


def stop(parts: Sequence[Part]) -> None:
    """Stop them all, at the same time."""
    for part in parts:
        part.ask_to_stop()
    for part in parts:
        part.wait()


def wait_until_answering(
    parts: Sequence[Part], addresses: Sequence[str], *, longest_seconds: float = 90
) -> None:
    """Return once every address answers with success; raise PartStopped when a process ends before."""
    deadline = time.monotonic() + longest_seconds
    waiting = list(addresses)
    while waiting:
        for part in parts:
            part.check()
        waiting = [address for address in waiting if not _answers(address)]
        if waiting and time.monotonic() > deadline:
            raise PartStopped(parts[0].name, parts[0].log, f"{waiting[0]} does not answer")
        time.sleep(_POLL_SECONDS if waiting else 0)


def look_after(parts: Sequence[Part], every: Callable[[], None], *, seconds: float) -> None:
    """Call `every` again and again until a process ends, which raises PartStopped, or we are interrupted."""
    while True:
        for part in parts:
            part.check()
        every()
        time.sleep(seconds)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).is_success
    except httpx.HTTPError:
        return False
