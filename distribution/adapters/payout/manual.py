"""Payouts by hand: a person pays, at the bank or in cash, and marks the withdrawal as paid."""

from __future__ import annotations

from datetime import timedelta

from distribution.adapters.payout.base import Answer, Outcome, Payout, PayoutAdapter


class ManualAdapter(PayoutAdapter):
    """Sends nothing anywhere: what is approved waits for a person, and nobody need be asked about it."""

    key_life = timedelta.max

    def submit(self, payout: Payout) -> Answer:
        """The order lies on the merchant's desk."""
        return Answer(Outcome.SENT)

    def poll(self, key: str) -> Answer:
        """It still lies there."""
        return Answer(Outcome.SENT)

    def cancel(self, key: str) -> Answer:
        """Only the person who pays knows; they say so on the withdrawal itself."""
        return Answer(Outcome.SENT)
