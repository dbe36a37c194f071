"""Recovery codes: sixteen characters that nobody mistakes for others, 79 bits each, kept as a keyed hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

COUNT = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUP = 4
_LENGTH = 16


def new_codes(choose: Callable[[str], str]) -> list[str]:
    """Ten codes; `choose` draws one letter of those given, say `secrets.choice`."""
    return [_grouped("".join(choose(_LETTERS) for _ in range(_LENGTH))) for _ in range(COUNT)]


def code_hash(key: bytes, person_id: UUID, code: str) -> bytes:
    """What is kept of a code, however it was typed: case, blanks and dashes do not count."""
    tidy = "".join(letter for letter in code.casefold() if letter.isalnum())
    # So many random bits need no slow hash; the person's id keeps equal codes of two people apart.
    return hashlib.blake2b(
        tidy.encode(), key=key, digest_size=16, salt=person_id.bytes, person=b"recovery"
    ).digest()


def _grouped(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
