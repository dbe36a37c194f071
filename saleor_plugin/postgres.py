"""Connections to PostgreSQL that give up by themselves when the server no longer answers."""

import selectors
import time

import psycopg
from psycopg import pq

ANSWER_SECONDS = 2.0


class DatabaseUnavailable(Exception):
    """The database did not do it now and may be asked again; ``reason`` says why and holds no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def connect(database_url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection that notices a dead server; belongs to the process and thread that opened it."""
    try:
        return psycopg.connect(
            database_url,
            autocommit=True,
            connect_timeout=2,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
            tcp_user_timeout=4000,
            application_name="distribution plugin",
        )
    except psycopg.Error as error:
        raise DatabaseUnavailable(f"no connection: {type(error).__name__}") from error


def literal(pgconn: pq.abc.PGconn, text: bytes) -> bytes:
    """The text as it stands in a statement of SQL."""
    return bytes(pq.Escaping(pgconn).escape_literal(text))


def ask(pgconn: pq.abc.PGconn, statement: bytes) -> list[pq.abc.PGresult]:
    """Everything the server answers to one simple query, or DatabaseUnavailable after ANSWER_SECONDS."""
    deadline = time.monotonic() + ANSWER_SECONDS
    try:
        pgconn.send_query(statement)
        return _results(pgconn, deadline)
    except psycopg.Error as error:
        raise DatabaseUnavailable(f"connection lost: {type(error).__name__}") from error


def sqlstate(result: pq.abc.PGresult) -> str:
    """The code of a failure."""
    return (result.error_field(pq.DiagnosticField.SQLSTATE) or b"?????").decode("ascii")


def _results(pgconn: pq.abc.PGconn, deadline: float) -> list[pq.abc.PGresult]:
    results: list[pq.abc.PGresult] = []
    with selectors.DefaultSelector() as selector:
        selector.register(pgconn.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while pgconn.flush():
            _wait(selector, deadline)
            pgconn.consume_input()
        selector.modify(pgconn.socket, selectors.EVENT_READ)
        while True:
            while pgconn.is_busy():
                _wait(selector, deadline)
                pgconn.consume_input()
            if (result := pgconn.get_result()) is None:
                return results
            results.append(result)


def _wait(selector: selectors.BaseSelector, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0 or not selector.select(left):
        raise DatabaseUnavailable("no answer in time")
