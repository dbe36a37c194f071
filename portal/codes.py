"""Referral codes by their text, remembered for some seconds in the process."""

from __future__ import annotations

import time
from functools import lru_cache

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from distribution.db import transaction
from distribution.privacy.hashing import address_hash, shopper_key
from distribution.promotion.code import code_key
from distribution.promotion.codes import resolve

_REMEMBERED_SECONDS = 10.0
_MOST = 100_000
_LONGEST_CODE = 255


class Codes:
    """Answers which active code a text is; an unknown text is remembered as such too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, tuple[float, str | None]] = {}
        self._key: bytes | None = None

    def find(self, text: str) -> str | None:
        """The code as it is written by its owner, or None when no active distributor has it."""
        now = time.monotonic()
        known = self._known.get(text)
        if known is not None and known[0] > now:
            return known[1]
        if not text or len(text) > _LONGEST_CODE or not text.isprintable():
            return None
        try:
            with transaction(self._engine) as session:
                resolved = resolve(session, [text]).get(code_key(text))
        except SQLAlchemyError:
            # The database is away: what was known a while ago is better than losing the referral.
            return known[1] if known else None
        # Somebody who tries codes at random shall not fill our memory.
        if len(self._known) >= _MOST:
            self._known.clear()
        found = resolved.code if resolved is not None and resolved.active else None
        self._known[text] = (now + _REMEMBERED_SECONDS, found)
        return found

    def address_hash(self, ip: str) -> str:
        """The keyed hash of an IP address, in hexadecimal; empty when there is no address or no key to be had."""
        if not ip:
            return ""
        if self._key is None:
            try:
                with transaction(self._engine) as session:
                    self._key = shopper_key(session)
            except SQLAlchemyError:
                return ""
        return _hashed(self._key, ip)


@lru_cache(maxsize=4096)
def _hashed(key: bytes, ip: str) -> str:
    return address_hash(key, ip).hex()
