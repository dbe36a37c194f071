"""Loads PostgreSQL's dump in one transaction: whatever ends it before its last word leaves the database as it was."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import IO

from distribution.adapters.backup.archive import Backup
from distribution.adapters.backup.errors import BackupFailed
from distribution.adapters.backup.programs import Programs, complaint
from distribution.db import SCHEMA
from distribution.db.migrate import LOCK

_PIECE = 1 << 16
# Written by newer programs and unknown to older servers; nothing of ours depends on it.
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


def load(
    backup: Backup,
    tools: Programs,
    *,
    server: int,
    replace: bool,
    mark: str,
    progress: Callable[[int], None],
) -> None:
    """Load the dump and put `mark` on the schema; with `replace` the schema that is there goes in the same transaction.

    `progress` is told the bytes of the dump read so far. Raises BackupFailed.
    """
    with tempfile.TemporaryFile() as scripting_says, tempfile.TemporaryFile() as loading_says:
        # A script of what the dump holds, to which we add our own first and last words.
        scripting = tools.start_alone(
            "pg_restore", "--file=-", says=scripting_says, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        loading = tools.start(
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--file=-",
            says=loading_says,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        feeder = threading.Thread(target=_feed, args=(scripting, backup, progress), daemon=True)
        feeder.start()
        scripted = _pump(scripting, loading, _first_words(replace=replace), mark, server)
        feeder.join()
        if loading.wait():
            raise BackupFailed(f"nothing was restored: {complaint(loading_says, 'psql')}")
        if not scripted:
            raise BackupFailed(f"nothing was restored: {complaint(scripting_says, 'pg_restore')}")


def _first_words(*, replace: bool) -> str:
    # Without BEGIN and COMMIT of our own psql would keep half of what it was given when we are killed.
    words = [
        "SET client_min_messages = warning;",
        "SET lock_timeout = '10s';",
        "BEGIN;",
        f"SELECT pg_advisory_xact_lock({LOCK});",
        f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;" if replace else "",
    ]
    return "\n".join(words) + "\n"


def _pump(
    scripting: subprocess.Popen[bytes],
    loading: subprocess.Popen[bytes],
    first_words: str,
    mark: str,
    server: int,
) -> bool:
    """Hand the script on; say whether it was whole."""
    assert scripting.stdout is not None
    assert loading.stdin is not None
    whole = False
    try:
        loading.stdin.write(first_words.encode())
        for piece in _script(scripting.stdout, server):
            loading.stdin.write(piece)
        whole = scripting.wait() == 0
        if whole:
            loading.stdin.write(f"COMMENT ON SCHEMA {SCHEMA} IS '{mark}';\nCOMMIT;\n".encode())
        loading.stdin.close()
    except BrokenPipeError:
        # psql has ended and says why.
        pass
    finally:
        scripting.stdout.close()
        scripting.wait()
    return whole


def _script(stdout: IO[bytes], server: int) -> Iterator[bytes]:
    # The settings stand before everything else.
    for line in stdout:
        if server >= 17 or line != _UNKNOWN_BEFORE_17:
            yield line
        if line.startswith(b"CREATE SCHEMA"):
            break
    while piece := stdout.read(_PIECE):
        yield piece


def _feed(scripting: subprocess.Popen[bytes], backup: Backup, progress: Callable[[int], None]) -> None:
    assert scripting.stdin is not None
    done = 0
    try:
        for piece in backup.dump():
            scripting.stdin.write(piece)
            progress(done := done + len(piece))
        scripting.stdin.close()
    except BrokenPipeError:
        # pg_restore has ended and says why.
        pass
