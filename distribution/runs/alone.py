"""One run of a job at a time, whatever machine it runs on; a run that is killed frees its place at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

# A machine that loses its power says no goodbye: the server shall ask after us before two hours are over.
_KEEP_ALIVE = text(
    "SELECT set_config('tcp_keepalives_idle', '20', false), set_config('tcp_keepalives_interval', '5', false), "
    "set_config('tcp_keepalives_count', '4', false)"
)
_LOCK = text("SELECT pg_try_advisory_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")


@contextmanager
def alone(engine: Engine, name: str) -> Iterator[bool]:
    """Whether this is the only run of the job `name`; if so it stays so until the block ends."""
    key = int.from_bytes(hashlib.blake2b(f"job\0{name}".encode(), digest_size=8).digest(), "big", signed=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(_KEEP_ALIVE)
        ours: bool = connection.execute(_LOCK, {"key": key}).scalar_one()
        try:
            yield ours
        finally:
            if ours and not connection.invalidated:
                connection.execute(_UNLOCK, {"key": key})
