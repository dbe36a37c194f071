"""How the commission of an order travelled: the seller and the two above, who earns what, and who does not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from distribution.commission.plan.rules import Condition, Plan
from distribution.commission.rating.beneficiaries import beneficiaries, unqualified
from distribution.commission.rating.facts import People, Person

Vacancy = Literal["nobody_there", "kept", "past_the_third"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody did not qualify for a level: `inactive`, or short of the condition's `grade` or `own_sales`."""

    level: int
    reason: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Position:
    """Somebody of the chain; `place` 1 is the seller. `earns` is the level, None where they earn nothing."""

    place: int
    person: Person
    earns: int | None
    refusals: tuple[Refusal, ...]

    @property
    def passed_up(self) -> bool:
        """Whether they earn a level that somebody nearer to the sale did not qualify for."""
        return self.earns is not None and self.earns != self.place


@dataclass(frozen=True, slots=True)
class Travelled:
    """The chain from the seller up, and for each level without an earner why the merchant keeps it."""

    positions: tuple[Position, ...]
    vacancies: dict[int, Vacancy]

    def earner(self, level: int) -> Position | None:
        """Who earns at a level."""
        return next((each for each in self.positions if each.earns == level), None)


def travelled(plan: Plan, people: People, currency: str) -> Travelled:
    """How it went, by the plan and the facts that were frozen."""
    earning = beneficiaries(plan, people, currency)
    positions: list[Position] = []
    sought = 2
    for place, person in enumerate(people, 1):
        if person is None:
            continue
        earns = next((level for level, who in enumerate(earning, 1) if who is person), None)
        level = earns or (sought if plan.compress else place)
        reason = unqualified(plan.conditions.get(level), person, currency) if place > 1 else None
        refusals = () if reason is None else (Refusal(level, reason, plan.conditions.get(level)),)
        positions.append(Position(place, person, earns, refusals))
        if place > 1 and earns is not None:
            sought = earns + 1
    vacancies: dict[int, Vacancy] = {
        level: _vacancy(plan, level, people, earning) for level in (2, 3) if earning[level - 1] is None
    }
    return Travelled(tuple(positions), vacancies if earning[0] is not None else {})


def _vacancy(plan: Plan, level: int, people: People, earning: People) -> Vacancy:
    """Why nobody earns a level above the first."""
    if not plan.compress:
        return "nobody_there" if people[level - 1] is None else "kept"
    if level == 2:
        return "nobody_there" if people[1] is None else "kept"
    if people[2] is None:
        return "nobody_there"
    # The third person was passed level 2, or did not qualify for whichever level was left to them.
    return "past_the_third" if earning[1] is people[2] else "kept"
