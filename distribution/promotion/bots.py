"""Which visitors are programs: crawlers, link previews, scripts; by the maintained list of crawler-user-agents."""

from __future__ import annotations

from functools import lru_cache

from crawleruseragents import is_crawler

LONGEST_USER_AGENT = 512


def is_bot(user_agent: str | None) -> bool:
    """Whether a user agent is a known program's, or empty; not being told (None) accuses nobody."""
    if user_agent is None:
        return False
    return _is_listed(user_agent[:LONGEST_USER_AGENT].strip())


@lru_cache(maxsize=4096)
def _is_listed(user_agent: str) -> bool:
    return not user_agent or bool(is_crawler(user_agent))
