"""What a payout adapter is: the domain's `PayoutProvider` as a class to derive from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta

from distribution.withdrawal.provider import Answer, Outcome, Payout

__all__ = ["Answer", "Outcome", "Payout", "PayoutAdapter"]


class PayoutAdapter(ABC):
    """Carries money by one method. Made without arguments, once a process; configuration comes from its environment.

    Every method may be called again with the same key, from any process, at any time. FAILED may be answered only
    when no money moved and none ever will for this key; when in doubt answer UNKNOWN.
    """

    key_life: timedelta = timedelta(hours=24)
    """How long the provider recognises a key. After that an unknown payout needs a person."""

    @abstractmethod
    def submit(self, payout: Payout) -> Answer:
        """Give the order to pay under `payout.key`. Called once for a key; a time-out may be raised as it is."""

    @abstractmethod
    def poll(self, key: str) -> Answer:
        """Ask what became of an order; a key the provider has never heard of is UNKNOWN."""

    @abstractmethod
    def cancel(self, key: str) -> Answer:
        """Ask not to pay any more; FAILED says that it will not be paid."""
