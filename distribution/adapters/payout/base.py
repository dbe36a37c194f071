"""What a payout adapter is: the domain's `PayoutProvider` as a class to derive from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from distribution.adapters.payout.payee import PayeeField, Words, entered
from distribution.adapters.payout.variables import PayoutVariable
from distribution.withdrawal.errors import ForgedNotice, WrongPayee
from distribution.withdrawal.provider import Answer, Notice, Outcome, Payout

__all__ = [
    "Answer",
    "ForgedNotice",
    "Notice",
    "Outcome",
    "PayeeField",
    "Payout",
    "PayoutAdapter",
    "PayoutVariable",
    "WrongPayee",
]


def _now() -> datetime:
    return datetime.now(UTC)


class PayoutAdapter(ABC):
    """Carries money by one method; made with the checked values of its `variables`.

    `poll`, `cancel` and `webhook` may be called again with the same key, from any process, at any time, and must never
    pay. FAILED may be answered only when no money moved and none ever will for this key, NOT_TAKEN only by `submit` and
    only when the provider certainly has no such order; when in doubt answer UNKNOWN.
    """

    title: ClassVar[Words] = {}
    """What people call the method."""

    variables: ClassVar[tuple[PayoutVariable, ...]] = ()
    """What it must be told by the environment; a method all of whose variables have defaults is always there."""

    payee_fields: ClassVar[tuple[PayeeField, ...]] = ()
    """What it must know of whom it pays."""

    currencies: ClassVar[frozenset[str] | None] = None
    """What it can pay; None is everything."""

    key_life: timedelta = timedelta(hours=24)
    """How long the provider recognises a key. After that an unknown payout needs a person."""

    def __init__(
        self, settings: Mapping[str, Any] | None = None, *, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.settings: dict[str, Any] = {each.name: each.default for each in self.variables} | dict(
            settings or {}
        )
        self.clock = clock or _now

    def payee(self, given: Mapping[str, str]) -> dict[str, str]:
        """What is kept of what a distributor entered; raises WrongPayee."""
        return entered(self.payee_fields, given)

    def label(self, payee: Mapping[str, str]) -> str:
        """What people see of it: enough to tell one account from another, not enough to use it."""
        first = next((payee[each.name] for each in self.payee_fields if each.name in payee), "")
        return f"•••• {first[-4:]}"

    @abstractmethod
    def submit(self, payout: Payout) -> Answer:
        """Give the order to pay under `payout.key`. A time-out may be raised as it is, and counts as UNKNOWN."""

    @abstractmethod
    def poll(self, payout: Payout) -> Answer:
        """Ask what became of an order, without giving it; one the provider has never heard of is UNKNOWN."""

    @abstractmethod
    def cancel(self, payout: Payout) -> Answer:
        """Ask not to pay any more; FAILED says that it will not be paid."""

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Read a report, whose signature is verified first; raises ForgedNotice. Names of headers are in lower case."""
        raise ForgedNotice("this method has no webhooks")
