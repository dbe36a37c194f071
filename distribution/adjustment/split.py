"""How an adjustment falls on what a distributor has: what is given repays debt first, what is taken leaves a debt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Split:
    """What moves, all ≥ 0: to available, from there to repay debt; from available, and as new debt."""

    given_minor: int = 0
    repaid_minor: int = 0
    taken_minor: int = 0
    owed_minor: int = 0


def split(amount_minor: int, *, available_minor: int, debt_minor: int) -> Split:
    """What an amount moves where `available_minor` ≥ 0 and `debt_minor` ≤ 0 were before."""
    if amount_minor > 0:
        return Split(given_minor=amount_minor, repaid_minor=min(available_minor + amount_minor, -debt_minor))
    taken_minor = min(-amount_minor, available_minor)
    return Split(taken_minor=taken_minor, owed_minor=-amount_minor - taken_minor)


def takes_second_person(amount_minor: int, limit_minor: int | None) -> bool:
    """Whether two people answer for an amount; without a limit they always do."""
    return limit_minor is None or abs(amount_minor) > limit_minor
