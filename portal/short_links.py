"""Saved links by code and name, remembered for some seconds in the process as codes are."""

from __future__ import annotations

import time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from distribution.db import transaction
from distribution.promotion.code import LONGEST
from distribution.promotion.saved.find import Led, find_link
from distribution.promotion.saved.slug import is_slug

_REMEMBERED_SECONDS = 10.0
_MOST = 100_000


class ShortLinks:
    """Answers where `/r/<code>/<slug>` leads; that there is no such link is remembered too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, str], tuple[float, Led | None]] = {}

    def find(self, code: str, text: str) -> Led | None:
        """The saved link, or None when its name is unknown."""
        now, key = time.monotonic(), (code, text)
        known = self._known.get(key)
        if known is not None and known[0] > now:
            return known[1]
        slug = text.lower()
        if not is_slug(slug) or not code.isprintable() or len(code) > LONGEST:
            return None
        try:
            with transaction(self._engine) as session:
                found = find_link(session, code, slug)
        except SQLAlchemyError:
            # The database is away: what was known a while ago is better than the front page.
            return known[1] if known else None
        # Somebody who tries names at random shall not fill our memory.
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (now + _REMEMBERED_SECONDS, found)
        return found
