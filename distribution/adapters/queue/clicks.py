"""Clicks as they wait in Redis, in the stream that the portal writes and a job drains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

import redis

from distribution.promotion.clicks import Visit

STREAM = "distribution:clicks"
_PAGE = 1_000
Fields = Mapping[bytes, bytes]


def texts(fields: Fields) -> dict[str, str]:
    """The fields of an entry as text."""
    return {
        name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in fields.items()
    }


def visit_of(entry: Mapping[str, str]) -> Visit | None:
    """The visit an entry tells of, None where it cannot be read."""
    try:
        at = datetime.fromisoformat(entry["at"])
        ip_hash = bytes.fromhex(entry.get("ip_hash", ""))
        code, click = entry["code"], entry["click"]
        link_id = UUID(hex=entry["link"]) if entry.get("link") else None
    except (KeyError, ValueError):
        return None
    if at.tzinfo is None:
        return None
    return Visit(
        click,
        code,
        at,
        url=entry.get("url"),
        ip_hash=ip_hash or None,
        user_agent=entry.get("ua"),
        link_id=link_id,
    )


def waiting(connection: redis.Redis) -> Iterator[dict[str, str]]:
    """Every entry that waits now, oldest first; they stay where they are."""
    last = b"-"
    while True:
        # redis-py's types allow for clients that decode; ours does not.
        page = cast(list[tuple[bytes, dict[bytes, bytes]]], connection.xrange(STREAM, min=last, count=_PAGE))
        for _, fields in page:
            yield texts(fields)
        if len(page) < _PAGE:
            return
        last = b"(" + page[-1][0]
