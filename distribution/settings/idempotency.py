"""An API request that names a key is carried out once: claim and answer are written with the act itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg.errors
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from distribution.errors import Conflict
from distribution.settings.tables import IdempotentAnswer


class RequestInProgress(Conflict):
    """The same request is being carried out at this moment and did not end in time."""

    code = "request_in_progress"


class KeyReused(Conflict):
    """The key was used for another request."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that was given."""

    status: int
    body: str


def claim(session: Session, *, token_id: UUID, key: str, digest: bytes) -> Given | None:
    """Take `key` for the request that `digest` stands for, or return the answer it got before.

    Waits for another transaction that holds the key: if it fails the key is free again. Raises RequestInProgress
    when it does not end in time, KeyReused when the key belongs to another request.
    """
    values = {"token_id": str(token_id), "key": key, "request_digest": digest}
    try:
        taken = session.scalar(
            insert(IdempotentAnswer).values(values).on_conflict_do_nothing().returning(IdempotentAnswer.key)
        )
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise RequestInProgress("the same request is being carried out; ask again in a moment") from error
        raise
    if taken is not None:
        return None
    before = session.get_one(IdempotentAnswer, (str(token_id), key))
    if before.request_digest != digest:
        raise KeyReused("this key was used for another request", field="Idempotency-Key")
    if before.status is None or before.body is None:
        raise RequestInProgress("the same request has no answer yet; ask again in a moment")
    return Given(before.status, before.body)


def keep(session: Session, *, token_id: UUID, key: str, status: int, body: str) -> None:
    """Write down the answer of a request whose key was claimed in this transaction."""
    session.execute(
        update(IdempotentAnswer)
        .where(IdempotentAnswer.token_id == str(token_id), IdempotentAnswer.key == key)
        .values(status=status, body=body)
    )


def forget(session: Session, *, before: datetime) -> None:
    """Free the keys of requests made before a moment."""
    session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < before))
