"""What a referral code looks like, and how one is made from a name."""

from __future__ import annotations

import re
import secrets
import unicodedata

from distribution.errors import InvalidInput

SHORTEST = 3
LONGEST = 40
LONGEST_VOUCHER = 255
# No 0, O, 1, I or L: people read codes aloud and type them from paper.
SUFFIX_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SUFFIX_LENGTH = 5
_CODE = re.compile(rf"[A-Za-z0-9_-]{{{SHORTEST},{LONGEST}}}", re.ASCII)


def code_key(code: str) -> str:
    """The form in which codes are compared: without regard to case and surrounding blanks."""
    return code.strip().upper()


def checked_code(code: str, *, field: str = "code") -> str:
    """A link code as it is kept; raises InvalidInput unless it is 3 to 40 of A-Z a-z 0-9 - _."""
    tidy = code.strip()
    if _CODE.fullmatch(tidy) is None:
        raise InvalidInput(f"a code is {SHORTEST} to {LONGEST} letters, digits, - or _", field=field)
    return tidy


def checked_voucher(code: str, *, field: str = "code") -> str:
    """A voucher code of the shop as it is kept; raises InvalidInput when it is empty, too long or unprintable."""
    tidy = code.strip()
    if not 1 <= len(tidy) <= LONGEST_VOUCHER or not tidy.isprintable():
        raise InvalidInput(f"a voucher code has 1 to {LONGEST_VOUCHER} printable characters", field=field)
    return tidy


def code_from_name(name: str, suffix: str) -> str:
    """A code that begins like a name: ("Zoë Kowalski", "7KQ2M") is "ZOE-7KQ2M"."""
    first = name.split()[0] if name.split() else ""
    plain = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()
    letters = re.sub(r"[^A-Za-z0-9]", "", plain).upper()[:12]
    return f"{letters}-{suffix}" if letters else f"P-{suffix}"


def new_suffix() -> str:
    """A random end for a code; edges draw it, verbs are given it."""
    return "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(SUFFIX_LENGTH))
