"""Embedded servers start where they are told, keep their data, and die with whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from distribution.adapters.embedded import (
    EmbeddedServerFailed,
    erase_postgres,
    postgres,
    running_postgres,
    running_redis,
)

_HOLD = """
import pathlib, sys, time
from distribution.adapters.embedded import running_postgres, running_redis
directory = pathlib.Path(sys.argv[1])
with running_postgres(directory / "postgres") as database, running_redis(directory / "redis") as queue:
    print(database.process.process_id, queue.process.process_id, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="distribution-tests-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_data_stays_when_the_server_is_started_again(directory: Path) -> None:
    with running_postgres(directory) as server:
        url = server.ensure_database("kept")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (id int)")
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
    with (
        running_postgres(directory, durable=False) as server,
        psycopg.connect(server.ensure_database("kept")) as again,
    ):
        assert again.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert again.execute("SHOW fsync").fetchone() == ("off",)


def test_second_server_in_the_same_folder_is_refused(directory: Path) -> None:
    with running_postgres(directory), pytest.raises(EmbeddedServerFailed, match="already exists"):
        running_postgres(directory).__enter__()


def test_long_path_gets_a_short_socket(directory: Path) -> None:
    deep = directory / ("d" * 90) / "e"
    deep.parent.mkdir()
    deep.parent.chmod(0o711)
    with running_postgres(deep) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with running_redis(deep.parent / "redis") as queue, redis.Redis.from_url(queue.url) as client:
        assert client.ping()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the server's account cannot enter")
def test_folder_closed_to_others_works_for_root(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = directory / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(postgres, "_ROOT_DATA", directory / "open")
    for attempt in range(2):
        with (
            running_postgres(closed / "postgres") as server,
            psycopg.connect(server.ensure_database("kept")) as connection,
        ):
            connection.execute("CREATE TABLE IF NOT EXISTS kept (id int GENERATED ALWAYS AS IDENTITY)")
            written = connection.execute("INSERT INTO kept DEFAULT VALUES RETURNING id").fetchone()
            assert written == (attempt + 1,)
    assert closed.stat().st_mode & 0o777 == 0o700
    erase_postgres(closed / "postgres")
    assert list((directory / "open").iterdir()) == list(closed.iterdir()) == []


def test_servers_die_with_a_killed_parent(directory: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        servers = [int(word) for word in parent.stdout.readline().split()]
        assert len(servers) == 2
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(_running(server) for server in servers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [server for server in servers if _running(server)] == []


def _running(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
