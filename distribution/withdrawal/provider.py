"""What a withdrawal needs of those who carry money; `distribution.adapters.payout` has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

BY_HAND = "manual"
"""The method without a provider: a person pays, and says so."""


class Outcome(StrEnum):
    """What a provider knows of a payout."""

    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Payout:
    """An order to pay; `key` was fixed when the withdrawal was requested and never changes."""

    key: str
    withdrawal_id: UUID
    distributor_id: UUID
    method_id: UUID | None
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer.

    SENT: it has the order and will pay, or a person will. PAID and FAILED are final: FAILED only when no money moved
    and none will. UNKNOWN is everything else, never having heard of the key included. Ask again after `ask_again`;
    None is for what nobody can be asked about.
    """

    outcome: Outcome
    reference: str | None = None
    detail: str | None = None
    ask_again: timedelta | None = None


class PayoutProvider(Protocol):
    """Carries money to distributors. Called outside any transaction, possibly in another process each time."""

    @property
    def key_life(self) -> timedelta:
        """How long the provider recognises a key; what is still unknown then needs a person."""

    def submit(self, payout: Payout) -> Answer:
        """Give the order to pay, once. An exception counts as UNKNOWN."""

    def poll(self, key: str) -> Answer:
        """Ask what became of an order. An exception counts as UNKNOWN."""

    def cancel(self, key: str) -> Answer:
        """Ask not to pay any more; FAILED says that it will not be paid."""
