"""The short name of a saved link: what it looks like, and how one is made of the page it leads to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from urllib.parse import unquote

from distribution.errors import InvalidInput

LONGEST = 40
LONGEST_TAG = 40
_SLUG = re.compile(rf"[a-z0-9][a-z0-9-]{{1,{LONGEST - 1}}}", re.ASCII)
_MADE = 24


def is_slug(text: str) -> bool:
    """Whether a saved link may be called that."""
    return _SLUG.fullmatch(text) is not None


def checked_slug(text: str, *, field: str = "slug") -> str:
    """A slug as it is kept, in lower case; raises InvalidInput unless it is 2 to 40 of a-z 0-9 -."""
    tidy = text.strip().lower()
    if not is_slug(tidy):
        raise InvalidInput(f"a short name is 2 to {LONGEST} of a-z, 0-9 and -", field=field)
    return tidy


def checked_tag(text: str | None, *, field: str = "tag") -> str | None:
    """A campaign's tag as it is kept, None for an empty one; raises InvalidInput when it is too long or unprintable."""
    tidy = " ".join((text or "").split())
    if len(tidy) > LONGEST_TAG or not tidy.isprintable():
        raise InvalidInput(f"a campaign has at most {LONGEST_TAG} printable characters", field=field)
    return tidy or None


def slug_for(path: str, taken: Container[str], *, suffix: str) -> str:
    """A free one that begins like the page's own name, or is the random `suffix` where that has no Latin letters."""
    page = unquote(path.partition("?")[0].rstrip("/").rpartition("/")[2])
    plain = unicodedata.normalize("NFKD", page).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MADE].strip("-")
    wished = base if is_slug(base) else suffix.lower()
    return wished if wished not in taken else f"{wished[:_MADE]}-{suffix.lower()}"
