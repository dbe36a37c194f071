"""The link of a mail that ends mails of its topic: signed, for ever good, without a login (RFC 8058)."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from distribution.notice.kinds import CHOOSABLE

_SALT = b"distribution.unsubscribe\x00"
_ID_BYTES, _MAC_BYTES = 16, 16


def token(secret: str, person_id: UUID, topic: str) -> str:
    """What names a person and a topic in an address, and cannot be made by anybody else."""
    named = person_id.bytes + topic.encode()
    return urlsafe_b64encode(_mac(secret, named) + named).decode().rstrip("=")


def read(secret: str, given: str) -> tuple[UUID, str] | None:
    """Who wants no more mails of which topic; None for what we did not sign."""
    try:
        raw = urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except ValueError:
        return None
    mac, named = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if len(named) <= _ID_BYTES or not hmac.compare_digest(mac, _mac(secret, named)):
        return None
    topic = named[_ID_BYTES:].decode()
    return (UUID(bytes=named[:_ID_BYTES]), topic) if topic in CHOOSABLE else None


def _mac(secret: str, named: bytes) -> bytes:
    return hmac.new(secret.encode(), _SALT + named, sha256).digest()[:_MAC_BYTES]
