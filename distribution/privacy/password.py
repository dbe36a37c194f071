"""Passwords: what is asked of them, and the only form in which they are kept."""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from distribution.errors import InvalidInput

SHORTEST = 10
LONGEST = 128
# A hash nobody has the password of: asking for an unknown person takes as long as for a known one. It is of random
# bytes that were not kept, and written down because making it would cost every process a third of a second.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$J3eUzOVD6TWDzqSoFmXWTw$bJGVYz17k1mAfDdnW5Tgb62n3BYDw94qtmnET6dkA5c"
_hasher = PasswordHasher()
_nobody = NOBODY


def hash_with(hasher: PasswordHasher) -> None:
    """Hash at another cost from now on in this process; what was hashed before still matches. Tests want it cheap."""
    global _hasher, _nobody
    _hasher, _nobody = hasher, hasher.hash(secrets.token_bytes(32))


def hash_password(password: str, *, field: str = "password") -> str:
    """Argon2id of a new password; raises InvalidInput when it is too short, too long or too plain."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(
            f"a password has {SHORTEST} to {LONGEST} characters",
            field=field,
            shortest=SHORTEST,
            longest=LONGEST,
        )
    if len(set(password)) < 4:
        raise InvalidInput("this password repeats too few characters", field=field)
    return _hasher.hash(_bytes(password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one that was hashed; as slow for no hash at all as for a wrong password."""
    try:
        _hasher.verify(password_hash or _nobody, _bytes(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def renewed(password_hash: str, password: str) -> str:
    """The hash itself, or a new one when the cost of hashing was raised since."""
    return _hasher.hash(_bytes(password)) if _hasher.check_needs_rehash(password_hash) else password_hash


def _bytes(password: str) -> bytes:
    # One keyboard writes é as one character, another as two: the same password.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
