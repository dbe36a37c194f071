"""The ledger as files: for beancount, for spreadsheets, and the head of its seals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from zoneinfo import ZoneInfo

from flask import Response, request
from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.analytics.commission_detail import DETAIL_COLUMNS, commission_detail
from distribution.db import transaction
from distribution.ledger.export import TRANSFER_COLUMNS, Days, beancount_lines, transfer_cells, transfers
from distribution.sealing.head import head
from portal.console.acting import now
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.parsing import asked_day
from portal.console.roles import Act
from portal.database import engine, program_settings, unit

_ONE_STATE = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_CHUNK_LINES = 500
Lines = Callable[[Session], Iterable[str]]


@blueprint.get("/ledger/file")
@needs(Act.SETTLE)
def ledger_file() -> Response:
    """What was asked for of some days, sent while it is read."""
    settings = program_settings()
    days = Days(ZoneInfo(settings.time_zone), asked_day("from"), asked_day("to"))
    at = now()
    match request.args.get("format"):
        case "csv":
            return _sent(
                "transfers.csv",
                "text/csv",
                lambda session: _table(TRANSFER_COLUMNS, map(transfer_cells, transfers(session, days))),
            )
        case "commission":
            return _sent(
                "commission.csv",
                "text/csv",
                lambda session: _table(DETAIL_COLUMNS, commission_detail(session, days)),
            )
    return _sent(
        "ledger.beancount",
        "text/plain",
        lambda session: (
            f"{line}\n" for line in beancount_lines(session, days, title=settings.program_name, now=at)
        ),
    )


@blueprint.get("/ledger/head")
@needs(Act.SETTLE)
def ledger_head() -> Response:
    """The newest seal, to be kept elsewhere."""
    with unit() as session:
        found = head(session)
    return _attached(json.dumps(found.to_json(), indent=2), f"seal-{found.number}.json", "application/json")


def _sent(name: str, kind: str, lines: Lines) -> Response:
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

    return _attached(chunks(), name, f"{kind}; charset=utf-8")


def _attached(body: str | Iterator[str], name: str, kind: str) -> Response:
    return Response(
        body,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _table(head_row: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    # The mark tells spreadsheets that it is UTF-8.
    yield "\ufeff"
    line = io.StringIO()
    writer = csv.writer(line)
    for row in chain([head_row], rows):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()
