"""Reads the shop's catalogue every night, and as soon as there is a shop to read it from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from distribution.adapters.saleor import catalogue
from distribution.adapters.saleor.offers import read_offers
from distribution.db import transaction
from distribution.orders.catalogue import KINDS, is_synced, present
from distribution.orders.offers import were_read
from distribution.orders.telling import shown_products, tell_new_products
from distribution.runs.due import RETRY_AFTER
from distribution.runs.record import runs
from jobs.resources import Resources
from jobs.tracked import tracked


@tracked("read_catalogue")
def read_catalogue(given: Resources) -> dict[str, Any] | None:
    """Read all of it, then what of it everybody is shown."""
    if not given.has_saleor:
        return None
    done = catalogue.read_catalogue(given.engine, given.saleor)
    with transaction(given.engine) as session:
        channels = present(session, "channel")
        known = shown_products(session)
    offers = read_offers(given.engine, given.saleor, channels)
    with transaction(given.engine) as session:
        tell_new_products(session, known, now=datetime.now(UTC))
    return {read.kind: read.seen for read in done} | {
        "gone": sum(read.gone for read in done),
        "offers": offers,
    }


def is_missing(session: Session, *, now: datetime) -> bool:
    """Whether any of it was never read to the end, nor tried in vain a moment ago."""
    run = runs(session).get("read_catalogue")
    if run is not None and run.failures and run.started_at > now - RETRY_AFTER:
        return False
    return not (all(is_synced(session, kind) for kind in KINDS) and were_read(session))
