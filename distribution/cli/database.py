"""The database of the environment, for the length of a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from distribution.db import create_engine
from distribution.settings.environment import Settings


@contextmanager
def opened_engine(settings: Settings) -> Iterator[Engine]:
    """An engine on the database that `settings` names."""
    engine = create_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()
