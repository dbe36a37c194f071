"""A Redis server (Valkey) of our own in a folder, reached by a UNIX socket."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from distribution.adapters.embedded.account import Account
from distribution.adapters.embedded.process import ServerProcess
from distribution.adapters.embedded.wheel import redis_program

_SERVER = "Redis server"
_LONGEST_SOCKET = 100


@dataclass(frozen=True)
class RedisServer:
    """A running Redis server."""

    process: ServerProcess
    socket: Path

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"unix://{self.socket}?db=0"


@contextmanager
def running_redis(directory: Path, *, durable: bool = True) -> Iterator[RedisServer]:
    """A Redis server whose data lies in `directory`, running until the block ends.

    Raises EmbeddedServerFailed when it cannot start.
    """
    account = Account(os.geteuid(), os.getegid())
    account.own(directory)
    home = directory.absolute()
    with ExitStack() as stack:
        socket = home / "redis.sock"
        if len(os.fsencode(socket)) > _LONGEST_SOCKET:
            short = stack.enter_context(tempfile.TemporaryDirectory(prefix="distribution-"))
            socket = Path(short) / "redis.sock"
        socket.unlink(missing_ok=True)
        command = [
            str(redis_program()),
            "--port",
            "0",
            "--unixsocket",
            str(socket),
            "--unixsocketperm",
            "700",
        ]
        command += ["--dir", str(home), "--save", "", "--appendonly", "yes" if durable else "no"]
        process = ServerProcess(_SERVER, command, account=account, log=home / "log")
        stack.callback(process.stop)
        server = RedisServer(process, socket)
        process.wait_until(lambda: _answers(server))
        yield server


def _answers(server: RedisServer) -> bool:
    if not server.socket.exists():
        return False
    with redis.Redis.from_url(server.url, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False
