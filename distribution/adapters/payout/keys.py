"""Our keys in the shapes that providers take: as short as 32 letters and digits, and back."""

from __future__ import annotations

from uuid import UUID

_PREFIX = "withdrawal-"


def short_key(key: str) -> str:
    """The key as 32 letters and digits, the same for the same key; raises ValueError for a key not of ours."""
    return UUID(key.removeprefix(_PREFIX)).hex


def long_key(short: object) -> str | None:
    """The key that `short_key` made this of, None when it is none."""
    if not isinstance(short, str) or len(short) != 32:
        return None
    try:
        return f"{_PREFIX}{UUID(short)}"
    except ValueError:
        return None
