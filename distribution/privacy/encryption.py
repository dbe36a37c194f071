"""Encryption at rest: the newest key seals, every key still listed opens, so that keys can be rotated."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from distribution.errors import InvalidInput
from distribution.privacy.errors import Undecipherable


class Cipher:
    """Seals and opens short texts (bank accounts, tax ids, IP addresses) under keys given newest first.

    To rotate: put a new key in front, `renew` what is stored, then take the old key away.
    """

    __slots__ = ("_all", "_newest")

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise InvalidInput("at least one encryption key is needed", field="encryption_keys")
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError:
            raise InvalidInput(
                "an encryption key is 32 bytes in URL-safe base64", field="encryption_keys"
            ) from None
        self._newest = fernets[0]
        self._all = MultiFernet(fernets)

    def __repr__(self) -> str:
        return "Cipher(…)"

    def seal(self, text: str) -> str:
        """The text, encrypted and authenticated under the newest key."""
        return self._newest.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """What was sealed; raises Undecipherable."""
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Undecipherable from None

    def is_current(self, sealed: str) -> bool:
        """Whether the newest key sealed it."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def renew(self, sealed: str) -> str:
        """The same under the newest key; raises Undecipherable."""
        try:
            return self._all.rotate(sealed.encode()).decode("ascii")
        except InvalidToken:
            raise Undecipherable from None


def new_key() -> str:
    """A fresh random key, as it stands in DISTRIBUTION_ENCRYPTION_KEYS."""
    return Fernet.generate_key().decode("ascii")
