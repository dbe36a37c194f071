"""A Saleor's public keys: fetched when first needed, when they are old, and once for a key that is not known yet."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import httpx
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from distribution.adapters.saleor.app.errors import Refused

FRESH_SECONDS = 3600.0
"""So long a key that the shop has withdrawn may still be taken."""
PAUSE_SECONDS = 10.0
"""Whoever makes up key ids has us ask the shop no more often than this."""
ALGORITHM = "RS256"
_LARGEST = 64 * 1024
_SECONDS = 3.0


class KeyRing:
    """The keys of one Saleor, for all threads of a process; `fetch` gets the JWKS document, `clock` is monotonic."""

    def __init__(self, fetch: Callable[[], bytes], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None

    def key(self, key_id: str) -> PyJWK:
        """The key of this id.

        Raises Refused: `unknown_key` when the shop, asked just now, has no such key; `keys_unavailable` when it could
        not be asked, or was asked a moment ago.
        """
        with self._lock:
            now = self._clock()
            fresh = self._fetched_at is not None and now - self._fetched_at < FRESH_SECONDS
            if fresh and key_id in self._keys:
                return self._keys[key_id]
            if self._tried_at is not None and now - self._tried_at < PAUSE_SECONDS:
                raise Refused("keys_unavailable", "the shop's keys were asked for a moment ago")
            self._tried_at = now
            self._keys = _read(self._fetch)
            self._fetched_at = now
            if key_id not in self._keys:
                raise Refused("unknown_key", "the shop has no key of this id")
            return self._keys[key_id]


def fetch_keys(url: str) -> bytes:
    """The JWKS document at this address; raises httpx.HTTPError."""
    with httpx.stream("GET", url, timeout=_SECONDS, follow_redirects=False) as answer:
        if answer.status_code != 200:
            raise httpx.HTTPError(f"keys were answered with {answer.status_code}")
        content = b""
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > _LARGEST:
                raise httpx.HTTPError("the keys are larger than any keys are")
        return content


def _read(fetch: Callable[[], bytes]) -> dict[str, PyJWK]:
    try:
        keys = PyJWKSet.from_dict(json.loads(fetch())).keys
    except (httpx.HTTPError, PyJWTError, ValueError, AttributeError, TypeError) as error:
        raise Refused(
            "keys_unavailable", f"the shop's keys cannot be read: {type(error).__name__}"
        ) from error
    return {
        key.key_id: key
        for key in keys
        if key.key_id and key.algorithm_name == ALGORITHM and key.public_key_use in (None, "sig")
    }
