"""Codes that hand something over: each works once, for minutes, and what it is about is sealed until then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from distribution.access.errors import CodeNotValid
from distribution.access.sessions import token_hash
from distribution.access.tables import SingleUseCode
from distribution.privacy.encryption import Cipher

KEPT = timedelta(days=1)
"""So long a code stays known as used or over."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a code is for, and how long it works."""

    name: str
    lasts: timedelta


def issue(
    session: Session,
    purpose: Purpose,
    *,
    code: str,
    content: dict[str, Any],
    cipher: Cipher,
    now: datetime,
) -> None:
    """Let `code`, 256 random bits, stand for `content` (plain JSON) from now on."""
    issued = SingleUseCode(
        purpose=purpose.name,
        code_hash=token_hash(code),
        content_encrypted=cipher.seal(json.dumps(content)),
        created_at=now,
        expires_at=now + purpose.lasts,
    )
    session.add(issued)
    session.flush()


def look(session: Session, purpose: Purpose, *, code: str, cipher: Cipher, now: datetime) -> dict[str, Any]:
    """What an unused code is about, without using it; raises CodeNotValid."""
    query = select(SingleUseCode.content_encrypted).where(*_valid(purpose, code, now))
    return _opened(session.scalar(query), cipher)


def use(session: Session, purpose: Purpose, *, code: str, cipher: Cipher, now: datetime) -> dict[str, Any]:
    """What a code is about; of two who use it at once one gets it. Raises CodeNotValid."""
    query = update(SingleUseCode).where(*_valid(purpose, code, now)).values(used_at=now)
    return _opened(session.scalar(query.returning(SingleUseCode.content_encrypted)), cipher)


def forget_codes(session: Session, *, now: datetime) -> int:
    """Delete codes long over; returns how many."""
    query = delete(SingleUseCode).where(SingleUseCode.expires_at < now - KEPT)
    return len(session.execute(query.returning(SingleUseCode.id)).all())


def _valid(purpose: Purpose, code: str, now: datetime) -> tuple[Any, ...]:
    return (
        SingleUseCode.code_hash == token_hash(code),
        SingleUseCode.purpose == purpose.name,
        SingleUseCode.used_at.is_(None),
        SingleUseCode.expires_at > now,
    )


def _opened(sealed: str | None, cipher: Cipher) -> dict[str, Any]:
    if sealed is None:
        raise CodeNotValid
    content: dict[str, Any] = json.loads(cipher.open(sealed))
    return content
