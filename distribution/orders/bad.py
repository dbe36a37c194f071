"""Answers of the shop that could not be read: kept without who bought, with why, until a good one follows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from distribution.orders.impersonal import impersonal, without_addresses
from distribution.orders.tables import BadSnapshot
from distribution.orders.text import clean
from distribution.privacy.hashing import shopper_key

LONGEST_ANSWER = 200_000

_KEEP = text(
    """
    INSERT INTO distribution.bad_snapshots (source, external_id, observed_at, error, answer)
    VALUES (:source, :id, :observed_at, :error, CAST(:answer AS jsonb))
    ON CONFLICT (source, external_id) DO UPDATE SET observed_at = excluded.observed_at, error = excluded.error,
        answer = excluded.answer, resolved_at = NULL
    """
)
_RESOLVE = text(
    """
    UPDATE distribution.bad_snapshots SET resolved_at = :now
    WHERE source = :source AND external_id = ANY (:ids) AND resolved_at IS NULL
    """
)


def keep_bad(
    session: Session, *, source: str, order_id: str, answer: Any, error: str, observed_at: datetime
) -> None:
    """Keep an answer that could not be read, with why; of the shopper only what stands for them."""
    key = shopper_key(session)
    shown = json.dumps(_storable(impersonal(answer, key)), default=str)
    if len(shown) > LONGEST_ANSWER:
        shown = json.dumps({"cut": shown[:LONGEST_ANSWER]})
    session.execute(
        _KEEP,
        {
            "source": source,
            "id": clean(order_id, 255),
            "observed_at": observed_at,
            "error": clean(without_addresses(error, key)),
            "answer": shown,
        },
    )


def _storable(value: Any) -> Any:
    """`value` with every text in it made fit for jsonb."""
    if isinstance(value, str):
        return clean(value, LONGEST_ANSWER)
    if isinstance(value, Mapping):
        return {clean(str(key)): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    # JSON has no NaN and no Infinity; Python reads them all the same.
    return str(value) if isinstance(value, float) else value


def forget_bad(session: Session, *, before: datetime) -> int:
    """Delete answers observed before that are still not understood; returns how many. The shop still has the order."""
    query = delete(BadSnapshot).where(BadSnapshot.observed_at < before, BadSnapshot.resolved_at.is_(None))
    return len(session.execute(query.returning(BadSnapshot.external_id)).all())


def resolve_bad(session: Session, order_ids: Collection[str], *, source: str, now: datetime) -> None:
    """Good answers followed for these orders."""
    session.execute(_RESOLVE, {"source": source, "ids": list(order_ids), "now": now})
