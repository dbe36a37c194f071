"""A durable embedded database for benchmarks, migrated, with a network to sell."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from distribution.adapters.embedded import running_postgres
from distribution.db import create_engine
from distribution.db.migrate import upgrade


@contextmanager
def database() -> Iterator[Engine]:
    """An engine on a fresh database, fsync on, as in production."""
    with tempfile.TemporaryDirectory(prefix="distribution-bench-") as name:
        Path(name).chmod(0o711)
        with running_postgres(Path(name) / "postgres", durable=True) as server:
            url = server.url()
            upgrade(url)
            engine = create_engine(url, statement_timeout_ms=600_000)
            yield engine
            engine.dispose()
