"""Who of the demo has which grade, and how they came by it: whoever sells much rises, one falls back."""

from __future__ import annotations

from datetime import datetime, timedelta

from distribution.demo.people import Person, Promotion

BRONZE, SILVER, GOLD = ("Bronze", "Silver", "Gold")
_RISES = (
    (BRONZE, timedelta(days=45), 40, "Ten orders that were kept."),
    (SILVER, timedelta(days=120), 16, "Three months with sales in each."),
    (GOLD, timedelta(days=240), 5, "Among the five who sell most."),
)
"""A grade, how long after they joined, for how many of those who sell most, and why."""
_QUIET = timedelta(days=60)


def promote(people: list[Person], now: datetime) -> None:
    """Give those who sell most their grades; takes nothing from chance, so that all else stays as it is."""
    able = sorted((person for person in people if person.sells_at(now)), key=lambda person: -person.weight)
    for grade, after, how_many, reason in _RISES:
        for person in able[:how_many]:
            at = person.joined_at + after
            if at < now:
                person.promotions.append(Promotion(at, grade, reason))
    fallen = next(
        person
        for person in reversed(able)
        if person.promotions
        and person.promotions[-1].grade == SILVER
        and person.promotions[-1].at + _QUIET < now
    )
    at = fallen.promotions[-1].at + _QUIET
    fallen.promotions.append(Promotion(at, BRONZE, "Two months without a sale."))
