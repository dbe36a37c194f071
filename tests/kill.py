"""Runs an act in a process of its own and kills it there, at a chosen statement or after a chosen time."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, NullPool, event

from distribution.db import create_engine


def finishes_unless_killed_at(step: int, url: str, act: Callable[[Engine], object]) -> bool:
    """Whether `act` ended before its step number `step`: a statement about to be sent, or a commit about to happen.

    The process is killed at that step as `kill -9` would. Raises when the act fails by itself.
    """

    def child(engine: Engine) -> None:
        steps = 0

        def count(*_: Any) -> None:
            nonlocal steps
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(engine, "before_cursor_execute", count)
        event.listen(engine, "commit", count)
        act(engine)

    return _ended(os.waitpid(_forked(url, child), 0)[1])


def finishes_within(seconds: float, url: str, act: Callable[[Engine], object]) -> bool:
    """Whether `act` ended within this time; otherwise its process is killed."""
    process_id = _forked(url, act)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (answer := os.waitpid(process_id, os.WNOHANG))[0]:
            return _ended(answer[1])
        time.sleep(0.001)
    os.kill(process_id, signal.SIGKILL)
    return _ended(os.waitpid(process_id, 0)[1])


def _forked(url: str, act: Callable[[Engine], object]) -> int:
    process_id = os.fork()
    if process_id:
        return process_id
    # The child must not run on into pytest, whatever happens.
    status = 1
    try:
        act(create_engine(url, poolclass=NullPool, pool_pre_ping=False))
        status = 0
    finally:
        os._exit(status)


def _ended(status: int) -> bool:
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"ended by signal {os.WTERMSIG(status)}"
        return False
    assert os.WEXITSTATUS(status) == 0, "the act failed in its own process"
    return True
