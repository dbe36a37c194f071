"""Makes the posters that distributors asked for."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from distribution.db import transaction
from distribution.promotion.poster.ask import waiting
from distribution.promotion.poster.make import make
from jobs.resources import Resources
from jobs.tracked import tracked

log = logging.getLogger("jobs.posters")


@tracked("make_posters")
def make_posters(given: Resources) -> dict[str, Any] | None:
    """Make every poster that waits, each in a transaction of its own; one that fails holds up none."""
    with transaction(given.engine) as session:
        found = waiting(session)
    made = 0
    for poster_id in found:
        try:
            with transaction(given.engine) as session:
                made += make(session, poster_id, now=datetime.now(UTC))
        except Exception:
            log.exception("poster %s failed", poster_id)
    return {"made": made} if found else None
