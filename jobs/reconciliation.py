"""Looks every few minutes for orders whose event was lost, and through all of them every night."""

from __future__ import annotations

from typing import Any

from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.adapters.saleor.reconcile import reconcile
from jobs.resources import Resources
from jobs.tracked import tracked


@tracked("reconcile_changed")
def reconcile_changed(given: Resources) -> dict[str, Any] | None:
    """Compare the orders changed since the last good run."""
    return _run(given, everything=False)


@tracked("audit_orders")
def audit_orders(given: Resources) -> dict[str, Any] | None:
    """Compare every order of the shop."""
    return _run(given, everything=True)


def _run(given: Resources, *, everything: bool) -> dict[str, Any] | None:
    if not given.has_saleor:
        return None
    try:
        done = reconcile(given.engine, given.saleor, everything=everything)
    except (SaleorUnreachable, SaleorRefused) as error:
        # Kept with the reconciliation; for the changed ones the next run is minutes away and begins where this did.
        if everything:
            raise
        return {"error": error.message}
    return {"seen": done.seen, "repaired": done.repaired, "failed": len(done.failed), "error": None}
