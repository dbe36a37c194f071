"""Servers at a TCP port that a test can stop, freeze and replace by a black hole, and bring back with their data."""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import redis

from distribution.adapters.embedded import running_postgres
from distribution.adapters.embedded.account import Account
from distribution.adapters.embedded.process import ServerProcess
from distribution.adapters.embedded.wheel import redis_program
from distribution.db.migrate import upgrade


def free_port() -> int:
    """A port nobody listens on, below those the kernel gives to outgoing connections."""
    while True:
        port = random.randrange(15000, 30000)
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class FaultyServer:
    """What PostgreSQL and Redis have in common here: a port, a process, and the three ways of being gone."""

    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        self.port = port
        self._running = ExitStack()
        self._hole: socket.socket | None = None
        self._frozen: list[int] = []
        self.process_id = 0

    def start(self) -> None:
        """Serve again, with the data of before."""
        self.recover()

    def stop(self) -> None:
        """Connections are refused from now on, those that stand are closed."""
        self._running.close()

    def freeze(self) -> None:
        """The server and all it forked stand still; connections stay open and silent."""
        # Who stands still forks nobody more, so that its children are all of them.
        os.kill(self.process_id, signal.SIGSTOP)
        self._frozen = [self.process_id, *_children(self.process_id)]
        _send(signal.SIGSTOP, self._frozen)

    def black_hole(self) -> None:
        """Connections are taken and never answered."""
        self.stop()
        self._hole = socket.socket()
        self._hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._hole.bind(("127.0.0.1", self.port))
        self._hole.listen(1000)

    def recover(self) -> None:
        """Undo whichever fault there is."""
        _send(signal.SIGCONT, self._frozen)
        if self._hole is not None:
            self._hole.close()
        if not self._frozen:
            self._serve()
        self._hole, self._frozen = None, []

    def fail(self, fault: str) -> None:
        """Be gone in one of the ways `FAULTS` names."""
        {"stopped": self.stop, "frozen": self.freeze, "black-holed": self.black_hole}[fault]()

    def close(self) -> None:
        """End it for good."""
        _send(signal.SIGCONT, self._frozen)
        if self._hole is not None:
            self._hole.close()
        self._running.close()

    def _serve(self) -> None:
        raise AssertionError("each kind of server starts its own way")


FAULTS = ("stopped", "frozen", "black-holed")


class FaultyPostgres(FaultyServer):
    """A PostgreSQL with a migrated database `distribution`."""

    @property
    def url(self) -> str:
        """The address of the database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/distribution"

    def _serve(self) -> None:
        settings = {"listen_addresses": "127.0.0.1", "port": str(self.port)}
        server = self._running.enter_context(
            running_postgres(self.directory, durable=False, settings=settings)
        )
        self.process_id = server.process.process_id
        administration = self.url.replace("/distribution", "/postgres")
        with psycopg.connect(administration, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'distribution'").fetchone()
            if known is None:
                connection.execute("CREATE DATABASE distribution")
                upgrade(self.url)


class FaultyRedis(FaultyServer):
    """A Redis server."""

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def _serve(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        command = [str(redis_program()), "--port", str(self.port), "--save", "", "--dir", str(self.directory)]
        account = Account(os.geteuid(), os.getegid())
        process = ServerProcess("Redis server", command, account=account, log=self.directory / "log")
        self._running.callback(process.stop)
        self.process_id = process.process_id
        process.wait_until(self._answers)

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.TimeoutError):
                time.sleep(0.02)
                return False


def _send(what: signal.Signals, process_ids: Sequence[int]) -> None:
    for process_id in process_ids:
        # A worker of the database ends when it likes, also between being found and being told.
        with suppress(ProcessLookupError):
            os.kill(process_id, what)


def _children(process_id: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process_id:
            found.append(int(status.parent.name))
    return found
