"""Starts a server process that dies with us, and stops it in order."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from distribution.adapters.embedded.account import Account
from distribution.adapters.embedded.errors import EmbeddedServerFailed

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_SET_PARENT_DEATH_SIGNAL = 1
_POLL_SECONDS = 0.01


def run(server: str, command: Sequence[str], account: Account) -> None:
    """Run `command` to its end as `account`, raising EmbeddedServerFailed with what it said if it fails."""
    user, group, extra_groups = account.switch
    done = subprocess.run(
        command,
        user=user,
        group=group,
        extra_groups=extra_groups,
        env=_ENVIRONMENT,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedServerFailed(server, _last_line(done.stderr or done.stdout))


class ServerProcess:
    """One running server; `log` is where it writes what it says."""

    def __init__(self, server: str, command: Sequence[str], *, account: Account, log: Path) -> None:
        """Start `command`; the thread that does so must outlive the server."""
        self._server = server
        self._log = log
        user, group, extra_groups = account.switch
        prctl = ctypes.CDLL(None).prctl

        def die_with_parent() -> None:
            prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGINT)

        with log.open("ab") as output:
            self._log_start = output.tell()
            # A session of its own: Ctrl-C is for us, who stop servers after those who use them.
            self._process = subprocess.Popen(
                command,
                user=user,
                group=group,
                extra_groups=extra_groups,
                env=_ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    @property
    def process_id(self) -> int:
        """The process to look at, freeze or kill."""
        return self._process.pid

    def wait_until(self, ready: Callable[[], bool], *, timeout_seconds: float = 60) -> None:
        """Return once `ready()`; raise EmbeddedServerFailed if the server ends or time runs out first."""
        deadline = time.monotonic() + timeout_seconds
        while not ready():
            if self._process.poll() is not None:
                raise EmbeddedServerFailed(self._server, _last_line(self._said()))
            if time.monotonic() > deadline:
                self.kill()
                raise EmbeddedServerFailed(self._server, f"not ready after {timeout_seconds:.0f} seconds")
            time.sleep(_POLL_SECONDS)

    def stop(self, *, timeout_seconds: float = 30) -> None:
        """Ask the server to end, and insist when it does not."""
        if self._process.poll() is not None:
            return
        # A frozen server cannot hear that it should stop.
        self._process.send_signal(signal.SIGCONT)
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._process.kill()
        self._process.wait()

    def _said(self) -> str:
        return self._log.read_bytes()[self._log_start :].decode(errors="replace")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    faults = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    line = (faults or lines or ["it said nothing"])[-1]
    return line.rpartition("FATAL:")[2].strip()
