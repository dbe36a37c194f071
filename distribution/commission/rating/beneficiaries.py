"""Who earns at each level: the seller, and above them whoever qualifies."""

from __future__ import annotations

from distribution.commission.plan.rules import Condition, Plan
from distribution.commission.rating.facts import People, Person

ACTIVE, GRADE, OWN_SALES = "inactive", "grade", "own_sales"


def beneficiaries(plan: Plan, people: People, currency: str) -> People:
    """The person of each level, None where the merchant keeps the share.

    Compression passes a level to the nearest above who qualifies, never past the third person and to nobody twice.
    """
    seller, second, third = people
    if not plan.compress:
        return (
            seller,
            second if _qualifies(plan, second, 2, currency) else None,
            third if _qualifies(plan, third, 3, currency) else None,
        )
    if _qualifies(plan, second, 2, currency):
        return seller, second, third if _qualifies(plan, third, 3, currency) else None
    return seller, third if _qualifies(plan, third, 2, currency) else None, None


def unqualified(condition: Condition | None, person: Person, currency: str) -> str | None:
    """Why somebody above the seller does not qualify; None when they do."""
    if not person.active:
        return ACTIVE
    if condition is None:
        return None
    if condition.grades is not None and person.grade not in condition.grades:
        return GRADE
    if condition.own_sales_minor is not None and (
        condition.currency != currency
        or person.sales.get(f"own/{condition.period}", 0) < condition.own_sales_minor
    ):
        return OWN_SALES
    return None


def _qualifies(plan: Plan, person: Person | None, level: int, currency: str) -> bool:
    return person is not None and unqualified(plan.conditions.get(level), person, currency) is None
