"""One database connection that adds signals to the inbox, and gives up by itself when the server no longer answers."""

import json
from collections.abc import Sequence

from psycopg import pq

from saleor_plugin.postgres import DatabaseUnavailable, ask, connect, literal, sqlstate
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


class SignalsRefused(Exception):
    """The database will never take these signals, however often they are offered."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


class Inbox:
    """A connection to the inbox; belongs to the process and thread that opened it."""

    def __init__(self, database_url: str) -> None:
        self._connection = connect(database_url)

    def write(self, signals: Sequence[Signal]) -> None:
        """Add these signals, all or none; with no signals it proves that signals could be added."""
        pgconn = self._connection.pgconn
        rows = json.dumps([_row(signal) for signal in signals]).encode("ascii")
        for result in ask(pgconn, STATEMENT % literal(pgconn, rows)):
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise _failure(sqlstate(result))

    def close(self) -> None:
        """Let go of the connection without waiting for the server."""
        self._connection.close()


def _row(signal: Signal) -> dict[str, object]:
    return signal._asdict() | {"referral": signal.referral and signal.referral._asdict()}


def _failure(state: str) -> Exception:
    # Class 22 is data the server cannot read, class 23 data a constraint forbids.
    if state.startswith(("22", "23")):
        return SignalsRefused(state)
    return DatabaseUnavailable(f"SQLSTATE {state}")
