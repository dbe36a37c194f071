"""Files that are sent while they are read, so that none is ever whole in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from flask import Response
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.db import transaction
from portal.database import engine

_ONE_STATE = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_CHUNK_LINES = 500


def streamed(name: str, kind: str, lines: Callable[[Session], Iterable[str]]) -> Response:
    """A file to download of one state of the database; `kind` is its type without the encoding, UTF-8."""
    database = engine()

    def chunks() -> Iterator[str]:
        with transaction(database) as session:
            session.execute(_ONE_STATE)
            waiting: list[str] = []
            for line in lines(session):
                waiting.append(line)
                if len(waiting) >= _CHUNK_LINES:
                    yield "".join(waiting)
                    waiting.clear()
            yield "".join(waiting)

    return attached(chunks(), name, f"{kind}; charset=utf-8")


def attached(body: str | Iterator[str], name: str, kind: str) -> Response:
    """A file to download that no cache keeps."""
    return Response(
        body,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def table(head_row: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV, with the mark that tells spreadsheets that it is UTF-8."""
    yield "\ufeff"
    line = io.StringIO()
    writer = csv.writer(line)
    for row in chain([head_row], rows):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()
