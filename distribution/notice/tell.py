"""Tells a person something, in the transaction of the event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from distribution.notice.kinds import DISTRIBUTOR, KINDS
from distribution.notice.tables import Notice
from distribution.settings import program


def tell(
    session: Session,
    person_id: UUID,
    kind: str,
    *,
    key: str,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    reader: str = DISTRIBUTOR,
) -> bool:
    """Write a notice; `key` names the event for this person, and the same again is not told twice.

    Facts are plain values: amounts as `…_minor` beside `currency`, times as `…_at`, ids as text. Returns False when it
    was told before, or the program does not tell of this.
    """
    known = KINDS[kind]
    if not known.topic.essential and known.topic.name in program.read(session).notices.left_out:
        return False
    values = {
        "reader": reader,
        "person_id": person_id,
        "kind": kind,
        "key": key,
        "facts": {name: _plain(value) for name, value in (facts or {}).items()},
        "shown": known.shown,
        "at": now,
        "due_at": now,
    }
    statement = insert(Notice).values(values).on_conflict_do_nothing(constraint="notices_key")
    return session.execute(statement.returning(Notice.id)).scalar_one_or_none() is not None


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
    return value
