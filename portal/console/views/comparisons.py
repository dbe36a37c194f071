"""The comparisons with the shop, and what they prove."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request

from distribution.analytics.console_comparisons import comparisons, proven, repaired_since
from distribution.analytics.console_inbox import counts
from portal.console.acting import now
from portal.console.blueprint import blueprint
from portal.database import unit

LATELY = timedelta(days=7)


@blueprint.get("/inbox/comparisons")
def reconciliations() -> str:
    """What is proven now, and the last comparisons; or only those worth a look."""
    only_repaired = request.args.get("repaired") == "1"
    with unit() as session:
        return render_template(
            "console/comparisons.html",
            counts=counts(session, now=now()),
            proven=proven(session),
            repaired=repaired_since(session, now() - LATELY),
            page=comparisons(session, only_repaired=only_repaired, cursor=request.args.get("cursor")),
            only_repaired=only_repaired,
            now=now(),
        )
