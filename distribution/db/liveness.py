"""Whether a pooled connection still has its server, asked over the network only where that is in doubt."""

from __future__ import annotations

import select
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError


def watch(engine: Engine, *, lately_seconds: float = 1.0) -> None:
    """Look at each connection before it is lent again; one that is dead is replaced with all of its age.

    A server that stops closes its sockets, which this machine knows without asking; so what was returned within
    `lately_seconds` and is silent is lent as it is. Whatever has lain longer is asked, for a network may lose a
    connection silently.
    """

    @event.listens_for(engine, "checkin")
    def _remember(_connection: Any, record: Any) -> None:
        record.info["returned"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _look(connection: Any, record: Any, _proxy: Any) -> None:
        returned = record.info.get("returned")
        if returned is None or (monotonic() - returned < lately_seconds and _silent(connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as lost:
            raise InvalidatePoolError from lost


def _silent(connection: Any) -> bool:
    """Whether nothing came from the server since it was last listened to, neither a word nor an end."""
    if connection.closed:
        return False
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    return not heard.poll(0)
