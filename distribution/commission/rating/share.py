"""Shares before they have numbers: line by line as they are frozen, and one by one."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID


class FrozenRate(NamedTuple):
    """What a level earns of a line's total, exactly, and why.

    `most_minor` is the largest amount it may ever be worth, where a money cap applies; `rule` is canonical JSON.
    """

    level: int
    numerator: int
    denominator: int
    most_minor: int | None
    rule: str


FrozenLine = tuple[str, tuple[FrozenRate, ...], tuple[int, ...]]
"""A line's id, what each level earns of it, and what each of that came to when frozen."""


class ShareDraft(NamedTuple):
    """One level's part of one line: a frozen rate with the person who earns it."""

    line_id: str
    level: int
    distributor_id: UUID
    base: str
    rate_numerator: int
    rate_denominator: int
    claimed_minor: int
    most_minor: int | None
    rule: str


class Frozen(NamedTuple):
    """All lines that were frozen, in their order; `people` earn at the levels.

    Lines that are alike share their rates: an object for each share would cost more than finding what it is.
    """

    base: str
    people: tuple[UUID, UUID, UUID]
    lines: list[FrozenLine]

    def shares(self) -> list[ShareDraft]:
        """The same one by one."""
        base, people = self.base, self.people
        return [
            ShareDraft(line_id, level, people[level - 1], base, numerator, denominator, claimed, most, rule)
            for line_id, rates, claims in self.lines
            for (level, numerator, denominator, most, rule), claimed in zip(rates, claims, strict=True)
        ]


class EarlierShare(NamedTuple):
    """A share of an earlier line under the same terms."""

    line_id: str
    distributor_id: UUID
    claimed_minor: int
