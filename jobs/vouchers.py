"""Keeps the shop's voucher in step with who is a distributor: every few minutes, and every night by reading it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from distribution.adapters.saleor import vouchers
from jobs.resources import Resources
from jobs.tracked import tracked

ACTOR = "job:vouchers"


@tracked("keep_vouchers")
def keep_vouchers(given: Resources) -> dict[str, Any] | None:
    """Put in and take out what changed since."""
    return _keep(given, whole=False)


@tracked("audit_vouchers")
def audit_vouchers(given: Resources) -> dict[str, Any] | None:
    """Read the voucher, and put right what was changed in the shop."""
    return _keep(given, whole=True)


def _keep(given: Resources, *, whole: bool) -> dict[str, Any] | None:
    if not given.has_saleor:
        return None
    kept = vouchers.keep_vouchers(given.engine, given.saleor, actor=ACTOR, now=datetime.now(UTC), whole=whole)
    return None if kept is None else asdict(kept)
