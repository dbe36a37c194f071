"""Writes a backup: PostgreSQL's dump of our schema and the clicks that wait in Redis, as of one moment."""

from __future__ import annotations

import fcntl
import importlib.metadata
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import redis
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.backup.archive import CLICKS, DATABASE, FORMAT, MANIFEST, Writer
from distribution.adapters.backup.errors import BackupFailed, BackupRefused
from distribution.adapters.backup.programs import Programs, complaint, programs
from distribution.adapters.queue.clicks import waiting
from distribution.db import SCHEMA, transaction
from distribution.db.migrate import LOCK
from distribution.sealing.head import head

_PIECE = 1 << 20
# A backup takes as long as it takes, and its transactions wait for pg_dump.
_PATIENCE = text("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY tablename")
_OPTIONS = (
    "--format=custom",
    f"--schema={SCHEMA}",
    # Users, rights and places on disk are those of the server it is restored on.
    "--no-owner",
    "--no-privileges",
    "--no-tablespaces",
    "--no-publications",
    "--no-subscriptions",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds, and how many bytes it has; `clicks_lost` says why clicks are not in it."""

    manifest: dict[str, Any]
    size: int
    clicks_lost: str | None


def take(
    engine: Engine,
    url: str,
    path: Path,
    *,
    redis_url: str | None,
    now: datetime,
    progress: Callable[[int], None],
) -> Taken:
    """Write everything to `path`, which appears whole or not at all; `progress` is told the bytes written so far.

    Writers go on meanwhile. Raises BackupRefused where there is such a file, BackupFailed where PostgreSQL's
    programs are missing or fail.
    """
    with transaction(engine) as guard, _new_file(path) as file:
        # Nobody changes the schema between the migration's number and the dump.
        guard.execute(_PATIENCE)
        guard.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": LOCK})
        server = guard.execute(text("SELECT current_setting('server_version_num')::int / 10000")).scalar_one()
        tools = programs(url, at_least=server)
        writer = Writer(file, written_at=int(now.timestamp()))
        # Clicks first: what a worker moves to the database meanwhile is in both, and counts once.
        clicks = _Clicks(redis_url)
        writer.add(CLICKS, clicks.lines())
        with transaction(engine) as session:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            session.execute(_PATIENCE)
            manifest = {
                **_manifest(session, now),
                "postgresql": server,
                "pg_dump": tools.version,
                "clicks": None if clicks.lost else clicks.count,
            }
            writer.add(MANIFEST, [json.dumps(manifest, indent=1).encode()])
            snapshot = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            writer.add(DATABASE, _dumped(tools, snapshot, progress))
        writer.finish()
        return Taken(manifest, file.tell(), clicks.lost)


class _Clicks:
    """The clicks that wait, counted as they are written."""

    def __init__(self, redis_url: str | None) -> None:
        self._url = redis_url
        self.count = 0
        self.lost: str | None = None if redis_url else "DISTRIBUTION_REDIS_URL is not set"

    def lines(self) -> Iterator[bytes]:
        if self._url is None:
            return
        try:
            with redis.Redis.from_url(self._url, socket_connect_timeout=5, socket_timeout=30) as connection:
                for entry in waiting(connection):
                    self.count += 1
                    yield json.dumps(entry).encode() + b"\n"
        except redis.RedisError as error:
            # Better a backup without the clicks of the last seconds than none.
            self.lost = f"Redis does not answer: {error}"


def _manifest(session: Session, now: datetime) -> dict[str, Any]:
    tables = list(session.execute(_TABLES, {"schema": SCHEMA}).scalars())
    return {
        "format": FORMAT,
        "version": importlib.metadata.version("saleor-distribution"),
        "migration": session.execute(text(f"SELECT version_num FROM {SCHEMA}.alembic_version")).scalar_one(),
        "taken_at": now.isoformat(),
        "seal": head(session).to_json(),
        "rows": {
            table: session.execute(text(f'SELECT count(*) FROM {SCHEMA}."{table}"')).scalar_one()
            for table in tables
        },
        "not_in_it": ["DISTRIBUTION_ENCRYPTION_KEYS", "DISTRIBUTION_SECRET_KEY"],
    }


def _dumped(tools: Programs, snapshot: str, progress: Callable[[int], None]) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as says:
        dump = tools.start(
            "pg_dump",
            *_OPTIONS,
            f"--snapshot={snapshot}",
            says=says,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert dump.stdout is not None
        done = 0
        try:
            while piece := dump.stdout.read(_PIECE):
                yield piece
                progress(done := done + len(piece))
        finally:
            # Nobody reads on: it ends by itself at its next write.
            dump.stdout.close()
            status = dump.wait()
        if status:
            raise BackupFailed(f"pg_dump: {complaint(says, 'pg_dump')}")


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file beside `path` that takes its name once all went well."""
    if path.exists():
        raise BackupRefused(f"{path} is there already; a backup overwrites nothing")
    partial = path.with_name(f"{path.name}.partial")
    try:
        handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise BackupRefused(f"{partial} cannot be written: {error.strerror}") from None
    with open(handle, "r+b") as file:
        try:
            # What a killed one left behind is written anew, what another one writes is not.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(f"another backup is being written to {path}") from None
        try:
            file.truncate()
            yield file
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                raise BackupRefused(f"{path} appeared meanwhile; a backup overwrites nothing")
            partial.rename(path)
            _remember(path.absolute().parent)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


def _remember(directory: Path) -> None:
    """A new name survives a power cut once its folder is on the disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
