"""Asks for an effect, in the transaction of the act that causes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.outbox.tables import Effect


def ask(
    session: Session,
    *,
    kind: str,
    dedupe_key: str,
    payload: Mapping[str, Any],
    due_at: datetime | None = None,
) -> bool:
    """Ask for an effect once this transaction is committed, at `due_at` or at once.

    Returns False when the same effect, known by `dedupe_key`, was asked for before.
    """
    values: dict[str, Any] = {"kind": kind, "dedupe_key": dedupe_key, "payload": dict(payload)}
    if due_at is not None:
        values["due_at"] = due_at
    statement = insert(Effect).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"])
    return session.execute(statement.returning(Effect.id)).scalar_one_or_none() is not None
