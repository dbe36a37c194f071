"""What a withdrawal needs of those who carry money; `distribution.adapters.payout` has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

BY_HAND = "manual"
"""The method without a provider: a person pays, and says so."""

SEPA = "sepa"
"""The method of the bank's file: a person hands it to the bank, and says what the bank did."""

PERSON_PAYS = frozenset({BY_HAND, SEPA})
"""Methods in which a person, and nobody else, knows whether money has left."""


class Outcome(StrEnum):
    """What a provider knows of a payout."""

    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True)
class Payout:
    """An order to pay; `key` was fixed when the withdrawal was requested and never changes.

    `payee` are the details of the distributor's payout method, deciphered: never to be logged. `reference` is what the
    provider called this payout in an earlier answer.
    """

    key: str
    withdrawal_id: UUID
    distributor_id: UUID
    method_id: UUID | None
    amount_minor: int
    currency: str
    payee: Mapping[str, str] = field(default_factory=dict, repr=False)
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer.

    SENT: it has the order and will pay, or a person will. PAID and FAILED are final: FAILED only when no money moved
    and none will. NOT_TAKEN, to `submit` alone: it certainly has no such order and may be given it another time.
    UNKNOWN is everything else, never having heard of the key included. Ask again after `ask_again`; None is for what
    nobody can be asked about. `confirm` is what the payee's page needs where the payee has to agree first.
    """

    outcome: Outcome
    reference: str | None = None
    detail: str | None = None
    ask_again: timedelta | None = None
    confirm: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What an authentic webhook says: which key has changed, and how, if it says so. No key: not about us."""

    key: str | None
    answer: Answer | None = None


class PayoutProvider(Protocol):
    """Carries money to distributors. Called outside any transaction, possibly in another process each time."""

    @property
    def key_life(self) -> timedelta:
        """How long the provider recognises a key; what is still unknown then needs a person."""

    def submit(self, payout: Payout) -> Answer:
        """Give the order to pay. An exception counts as UNKNOWN, and the order is never given again."""

    def poll(self, payout: Payout) -> Answer:
        """Ask what became of an order, without giving it. An exception counts as UNKNOWN."""

    def cancel(self, payout: Payout) -> Answer:
        """Ask not to pay any more; FAILED says that it will not be paid."""

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Read what the provider reports of itself; raises ForgedNotice unless it proves to be from there."""
