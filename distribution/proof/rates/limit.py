"""How long a customer keeps paying."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from distribution.proof.rates.book import Document


def past_limit(document: Document, facts: Mapping[str, Any], placed_at: datetime) -> bool:
    """Whether the shopper paid for as long, or as often, as the plan lets them."""
    limit, credited = document.get("customer_limit", {}), facts.get("credited")
    if not credited or not credited["orders"]:
        return False
    if "orders" in limit and credited["orders"] >= limit["orders"]:
        return True
    since = datetime.fromisoformat(credited["since"]).astimezone(UTC)
    return "months" in limit and placed_at >= _later(since, limit["months"])


def _later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
