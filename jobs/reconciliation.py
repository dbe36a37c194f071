"""Looks every few minutes for orders whose event was lost, and through many of them every night."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.adapters.saleor.mapper import SOURCE
from distribution.adapters.saleor.reconcile import reconcile
from distribution.adapters.saleor.scope import EVERYTHING, Scope
from distribution.commission.longest_hold import longest_hold_days
from distribution.db import clock_at, transaction
from distribution.orders.reconciliations import last_whole_at
from jobs.resources import Resources
from jobs.tracked import tracked

BEYOND_THE_HOLD = timedelta(days=90)
# Six nights and some hours: on the seventh night every order, also when a night begins a little earlier.
WHOLE_EVERY = timedelta(days=6, hours=12)


@tracked("reconcile_changed")
def reconcile_changed(given: Resources) -> dict[str, Any] | None:
    """Compare the orders changed since the last good run."""
    if not given.has_saleor:
        return None
    try:
        return _compared(given, None)
    except (SaleorUnreachable, SaleorRefused) as error:
        # Kept with the reconciliation; the next run is minutes away and begins where this did.
        return {"error": error.message}


@tracked("audit_orders")
def audit_orders(given: Resources) -> dict[str, Any] | None:
    """Compare the orders younger than the longest hold and ninety days, once a week every order of the shop."""
    if not given.has_saleor:
        return None
    with transaction(given.engine) as session:
        scope = nightly_scope(session, now=clock_at(session))
    return _compared(given, scope)


def nightly_scope(session: Session, *, now: datetime) -> Scope:
    """What the audit of this night covers: a Saleor before 3.22 does not tell every change by its time."""
    whole_at = last_whole_at(session, source=SOURCE)
    if whole_at is None or now - whole_at >= WHOLE_EVERY:
        return EVERYTHING
    return Scope("placed", now - timedelta(days=longest_hold_days(session)) - BEYOND_THE_HOLD)


def _compared(given: Resources, scope: Scope | None) -> dict[str, Any]:
    done = reconcile(given.engine, given.saleor, scope)
    return {"seen": done.seen, "repaired": done.repaired, "failed": len(done.failed), "error": None}
