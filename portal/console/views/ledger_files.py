"""The ledger as files: for beancount, for spreadsheets, and the head of its seals."""

from __future__ import annotations

import json

from flask import Response, request

from distribution.analytics.commission_detail import DETAIL_COLUMNS, commission_detail
from distribution.ledger.export import TRANSFER_COLUMNS, beancount_lines, transfer_cells, transfers
from distribution.sealing.head import head
from portal.console.acting import now
from portal.console.blueprint import blueprint
from portal.console.guard import needs
from portal.console.roles import Act
from portal.database import program_settings, unit
from portal.days import asked_days
from portal.papers.stream import attached, streamed, table


@blueprint.get("/ledger/file")
@needs(Act.SETTLE)
def ledger_file() -> Response:
    """What was asked for of some days, sent while it is read."""
    settings = program_settings()
    days = asked_days()
    at = now()
    match request.args.get("format"):
        case "csv":
            return streamed(
                "transfers.csv",
                "text/csv",
                lambda session: table(TRANSFER_COLUMNS, map(transfer_cells, transfers(session, days))),
            )
        case "commission":
            return streamed(
                "commission.csv",
                "text/csv",
                lambda session: table(DETAIL_COLUMNS, commission_detail(session, days)),
            )
    return streamed(
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
    return attached(json.dumps(found.to_json(), indent=2), f"seal-{found.number}.json", "application/json")
