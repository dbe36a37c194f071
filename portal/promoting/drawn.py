"""Pictures drawn for one person: named by a hash of all that is on them, kept a while, so many in an hour."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import Response, request
from flask_babel import gettext

from portal.throttle import exceeded

DRAWINGS, TILES, HOUR_SECONDS = 600, 3_000, 3600
_KEPT_BYTES = 24 * 1024 * 1024
_FRESH_SECONDS = 60


class TooManyDrawings(Exception):
    """This person had as many pictures drawn within the hour as anybody may."""


class _Kept:
    """The drawings used last, as many as fit."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes, self._lock = most_bytes, 0, Lock()
        self._files: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if (found := self._files.get(key)) is not None:
                self._files.move_to_end(key)
            return found

    def put(self, key: str, content: bytes) -> None:
        with self._lock:
            self._bytes += len(content) - len(self._files.pop(key, b""))
            self._files[key] = content
            while self._bytes > self._most:
                self._bytes -= len(self._files.popitem(last=False)[1])


_kept = _Kept(_KEPT_BYTES)


def hash_of(*facts: object) -> str:
    """One name for everything that decides how a picture looks."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def drawn(key: str, draw: Callable[[], bytes], *, whose: str, limit: int = DRAWINGS) -> bytes:
    """The picture of that hash, drawn when this process has it not. Raises TooManyDrawings and what `draw` does."""
    found = _kept.get(key)
    if found is None:
        if exceeded("drawing", f"{whose} {limit}", limit=limit, seconds=HOUR_SECONDS):
            raise TooManyDrawings
        found = draw()
        _kept.put(key, found)
    return found


def answered(
    key: str,
    draw: Callable[[], bytes],
    *,
    whose: str,
    content_type: str,
    limit: int = DRAWINGS,
    name: str | None = None,
) -> Response:
    """The picture as an answer with its hash as ETag; 304 to who has it, 429 to who asks too often."""
    if request.if_none_match.contains(key):
        response = Response(status=304)
    else:
        try:
            response = Response(drawn(key, draw, whose=whose, limit=limit), content_type=content_type)
        except TooManyDrawings:
            return Response(why_too_many(), 429, content_type="text/plain; charset=utf-8")
        if name:
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(key)
    response.headers["Cache-Control"] = f"private, max-age={_FRESH_SECONDS}"
    return response


def why_too_many() -> str:
    """What to tell who had too many drawn."""
    return gettext("You have had many pictures drawn within the hour. Try again a little later.")
