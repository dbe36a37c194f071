"""An address of somebody's channel is theirs once a code that was sent there came back in time."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from distribution.notice.choices import reach_at
from distribution.notice.tables import NoticeAddress

CODE_DIGITS = 6
CODE_FOR = timedelta(minutes=10)
MOST_TRIES = 5
Proof = Literal["proven", "wrong", "over"]


def await_proof(
    session: Session, person_id: UUID, channel: str, *, sealed: str, label: str, code: str, now: datetime
) -> None:
    """Keep an address that reaches nobody yet, with the code that was sent there; in the place of what was there."""
    reach_at(session, person_id, channel, sealed=sealed, label=label, now=now)
    kept = session.scalars(_of(person_id, channel)).one()
    kept.code_hash, kept.code_until = _hash(kept.id, code), now + CODE_FOR
    session.flush()


def prove(session: Session, person_id: UUID, channel: str, *, code: str, now: datetime) -> Proof:
    """Compare what they enter: `over` after ten minutes, five tries, or without a code to compare with."""
    kept = session.scalar(_of(person_id, channel).with_for_update())
    if kept is None or kept.code_hash is None or kept.code_until is None:
        return "over"
    if now > kept.code_until or kept.code_tries >= MOST_TRIES:
        return "over"
    kept.code_tries += 1
    right = hmac.compare_digest(kept.code_hash, _hash(kept.id, code))
    if right:
        kept.proven_at, kept.code_hash, kept.code_until = now, None, None
    session.flush()
    return "proven" if right else "wrong"


def _of(person_id: UUID, channel: str) -> Select[NoticeAddress]:
    return select(NoticeAddress).where(NoticeAddress.person_id == person_id, NoticeAddress.channel == channel)


def _hash(address_id: UUID, code: str) -> bytes:
    return hashlib.blake2b("".join(code.split()).encode(), key=address_id.bytes, digest_size=32).digest()
