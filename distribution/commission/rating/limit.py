"""How long a customer keeps paying."""

from __future__ import annotations

import calendar
from datetime import datetime

from distribution.commission.plan.rules import Plan
from distribution.commission.rating.facts import Facts


def past_limit(plan: Plan, facts: Facts, placed_at: datetime) -> bool:
    """Whether the shopper has paid the seller for long enough."""
    if plan.limit_orders is not None and facts.credited_orders >= plan.limit_orders:
        return True
    return (
        plan.limit_months is not None
        and facts.credited_since is not None
        and placed_at >= months_later(facts.credited_since, plan.limit_months)
    )


def months_later(moment: datetime, months: int) -> datetime:
    """The same day some calendar months later; a day that month lacks is its last one."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
