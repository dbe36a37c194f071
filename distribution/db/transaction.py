"""The unit of work an edge opens: everything inside commits together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session that commits when the block ends and rolls back when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


def clock_at(session: Session) -> datetime:
    """Our database's clock, the one by which snapshots are ordered."""
    now: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now
