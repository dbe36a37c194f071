"""A share before it has a number."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID


class ShareDraft(NamedTuple):
    """An exact rate of a line's total for one level, what it came to when frozen, and why it is that one.

    `most_minor` is the largest amount it may ever be worth, where a money cap applies; `rule` is canonical JSON.
    """

    line_id: str
    level: int
    distributor_id: UUID
    base: str
    rate_numerator: int
    rate_denominator: int
    claimed_minor: int
    most_minor: int | None
    rule: str


class EarlierShare(NamedTuple):
    """A share of an earlier line under the same terms."""

    line_id: str
    distributor_id: UUID
    claimed_minor: int
