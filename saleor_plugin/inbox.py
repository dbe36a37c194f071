"""One database connection that adds signals to the inbox, and gives up by itself when the server no longer answers."""

import json
import selectors
import time
from collections.abc import Sequence

import psycopg
from psycopg import pq

from saleor_plugin.signals import Signal

# The server gives up first, so that a lock held for long leaves no waiting sessions behind. SET LOCAL and one simple
# query, a transaction of its own, need nothing of the session: a pooler may hand each query to another one.
STATEMENT = b"""
SET LOCAL statement_timeout = 1000;
SET LOCAL synchronous_commit = off;
INSERT INTO distribution.inbox (source, kind, subject_id, hook, referral)
SELECT 'saleor', kind, subject_id, hook, referral
FROM jsonb_to_recordset(%b::jsonb) AS signal (kind text, subject_id text, hook text, referral jsonb)
"""
ANSWER_SECONDS = 2.0


class InboxUnavailable(Exception):
    """The signals were not taken now and may be offered again; ``reason`` says why and holds no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignalsRefused(Exception):
    """The database will never take these signals, however often they are offered."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


class Inbox:
    """A connection to the inbox; belongs to the process and thread that opened it."""

    def __init__(self, database_url: str) -> None:
        try:
            self._connection = psycopg.connect(
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
            raise InboxUnavailable(f"no connection: {type(error).__name__}") from error

    def write(self, signals: Sequence[Signal]) -> None:
        """Add these signals, all or none; with no signals it proves that signals could be added."""
        pgconn = self._connection.pgconn
        rows = json.dumps([_row(signal) for signal in signals]).encode("ascii")
        try:
            pgconn.send_query(STATEMENT % bytes(pq.Escaping(pgconn).escape_literal(rows)))
            for result in _results(pgconn, time.monotonic() + ANSWER_SECONDS):
                if result.status == pq.ExecStatus.FATAL_ERROR:
                    raise _failure(result)
        except psycopg.Error as error:
            raise InboxUnavailable(f"connection lost: {type(error).__name__}") from error

    def close(self) -> None:
        """Let go of the connection without waiting for the server."""
        self._connection.close()


def _row(signal: Signal) -> dict[str, object]:
    return signal._asdict() | {"referral": signal.referral and signal.referral._asdict()}


def _results(pgconn: pq.abc.PGconn, deadline: float) -> list[pq.abc.PGresult]:
    """Everything the server answers to the query just sent, or InboxUnavailable at the deadline."""
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
        raise InboxUnavailable("no answer in time")


def _failure(result: pq.abc.PGresult) -> Exception:
    sqlstate = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"?????").decode("ascii")
    # Class 22 is data the server cannot read, class 23 data a constraint forbids.
    if sqlstate.startswith(("22", "23")):
        return SignalsRefused(sqlstate)
    return InboxUnavailable(f"SQLSTATE {sqlstate}")
