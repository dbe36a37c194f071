"""Runs an act in a process of its own and kills it there, at a chosen statement or after a chosen time."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Engine, NullPool, event

from distribution.db import create_engine

_BUSY = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'
"""


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

    return _ended(os.waitpid(_forked(url, child), 0)[1], url)


def finishes_within(seconds: float, url: str, act: Callable[[Engine], object]) -> bool:
    """Whether `act` ended within this time; otherwise its process is killed."""
    process_id = _forked(url, act)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (answer := os.waitpid(process_id, os.WNOHANG))[0]:
            return _ended(answer[1], url)
        time.sleep(0.001)
    os.kill(process_id, signal.SIGKILL)
    return _ended(os.waitpid(process_id, 0)[1], url)


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


def _ended(status: int, url: str) -> bool:
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"ended by signal {os.WTERMSIG(status)}"
        _wait_until_let_go(url)
        return False
    assert os.WEXITSTATUS(status) == 0, "the act failed in its own process"
    return True


def _wait_until_let_go(url: str, seconds: float = 10.0) -> None:
    """Return once the server has noticed that the killed client is gone: until then its rows stay locked."""
    deadline = time.monotonic() + seconds
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(_BUSY).fetchall() and time.monotonic() < deadline:
            time.sleep(0.005)
