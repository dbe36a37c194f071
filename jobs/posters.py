"""Makes the posters that distributors asked for."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from distribution.db import transaction
from distribution.promotion.poster.ask import waiting
from distribution.promotion.poster.make import begin, give_up, make
from jobs.resources import Resources
from jobs.tracked import tracked

log = logging.getLogger("jobs.posters")


@tracked("make_posters")
def make_posters(given: Resources) -> dict[str, Any] | None:
    """Make every poster that waits."""
    return make_waiting(given.engine)


def make_waiting(engine: Engine) -> dict[str, Any] | None:
    """Each in a transaction of its own: one that fails holds up none, and is tried so often and no more."""
    with transaction(engine) as session:
        found = waiting(session)
    made = failed = 0
    for poster_id in found:
        try:
            with transaction(engine) as session:
                begun = begin(session, poster_id)
            if begun:
                with transaction(engine) as session:
                    made += make(session, poster_id, now=datetime.now(UTC))
        except Exception:
            log.exception("poster %s failed", poster_id)
            failed += 1
            with transaction(engine) as session:
                give_up(session, poster_id)
    return {"made": made, "failed": failed} if found else None
