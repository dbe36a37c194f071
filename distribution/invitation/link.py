"""The link of an invitation: signed, so that nobody makes one; when it ends is in its row."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

_SALT = b"distribution.invitation\x00"
_ID_BYTES, _MAC_BYTES = 16, 16


def token(secret: str, invitation_id: UUID) -> str:
    """What names an invitation in an address."""
    return urlsafe_b64encode(_mac(secret, invitation_id) + invitation_id.bytes).decode().rstrip("=")


def read(secret: str, given: str) -> UUID | None:
    """Which invitation it names; None for what we did not sign."""
    try:
        raw = urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except ValueError:
        return None
    if len(raw) != _MAC_BYTES + _ID_BYTES:
        return None
    found = UUID(bytes=raw[_MAC_BYTES:])
    return found if hmac.compare_digest(raw[:_MAC_BYTES], _mac(secret, found)) else None


def _mac(secret: str, invitation_id: UUID) -> bytes:
    return hmac.new(secret.encode(), _SALT + invitation_id.bytes, sha256).digest()[:_MAC_BYTES]
