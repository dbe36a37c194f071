"""What is already recorded of the orders at hand, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID


class KnownShare(NamedTuple):
    """A recorded share."""

    number: int
    terms_number: int
    line_id: str
    level: int
    distributor_id: UUID
    base: str
    rate_numerator: int
    rate_denominator: int
    claimed_minor: int
    most_minor: int | None


class KnownLine(NamedTuple):
    """A recorded commission line; `original_at` is when it would have matured, where a review moved that."""

    number: int
    share_number: int
    amount_minor: int
    matures_at: datetime
    epoch: int
    original_at: datetime | None = None


@dataclass(slots=True)
class KnownTerms:
    """Frozen terms, recorded or about to be; `upline` is the seller and the two above, whether they earn or not."""

    number: int
    snapshot_number: int
    plan_number: int
    upline: tuple[UUID | None, UUID | None, UUID | None]
    reason: str
    detail: str
    hold_days: int
    facts: dict[str, Any]

    @property
    def seller_id(self) -> UUID | None:
        return self.upline[0]


@dataclass(slots=True)
class KnownOrder:
    """An order as recorded; one never seen has `snapshot_count` 0 and an id drawn for it."""

    id: int
    observed_at: datetime | None = None
    content_hash: bytes = b""
    snapshot_count: int = 0
    terms_count: int = 0
    digest: bytes = b""
    sales_minor: int = 0
    placed_at: datetime | None = None
    terms: KnownTerms | None = None
    shares: list[KnownShare] = field(default_factory=list)
    lines: list[KnownLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Window:
    """The lines of a currency that settlement runs own already: epoch ≤ `epoch` and matured by `cutoff_at`."""

    epoch: int
    cutoff_at: datetime

    def holds(self, line: KnownLine) -> bool:
        return line.epoch <= self.epoch and line.matures_at <= self.cutoff_at


@lru_cache(maxsize=10_000)
def person_id(text: str) -> UUID:
    """A distributor's id as it is written in JSON; most orders are those of the same few people."""
    return UUID(text)
