"""Tables that distributors take along: a hundred thousand rows each, and so not as often as anybody likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask import Response, abort
from sqlalchemy.orm import Session

from portal.papers.stream import streamed, table
from portal.throttle import exceeded
from portal.views.distributor.blueprint import own_id

FILES = 20
_SECONDS = 600
Rows = Callable[[Session], Iterable[Sequence[str]]]


def taken_along(name: str, columns: Sequence[str], rows: Rows) -> Response:
    """The rows as a CSV of that name, sent while it is read; 429 to who asks more than `FILES` times in ten minutes."""
    if exceeded("file", str(own_id()), limit=FILES, seconds=_SECONDS):
        abort(429)
    return streamed(name, "text/csv", lambda session: table(columns, rows(session)))
