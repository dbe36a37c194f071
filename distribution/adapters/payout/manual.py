"""Payouts by hand: a person pays, at the bank or in cash, and marks the withdrawal as paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from distribution.adapters.payout.base import Answer, Outcome, PayeeField, Payout, PayoutAdapter


class ManualAdapter(PayoutAdapter):
    """Sends nothing anywhere: what is approved waits for a person, and nobody need be asked about it."""

    title = {"en": "Bank transfer", "zh_Hans": "银行转账"}
    payee_fields = (
        PayeeField("holder", {"en": "Account holder", "zh_Hans": "户名"}),
        PayeeField(
            "account",
            {"en": "IBAN or account number", "zh_Hans": "IBAN 或账号"},
            shortest=4,
            longest=40,
        ),
        PayeeField("bank", {"en": "Bank (BIC or name)", "zh_Hans": "开户行（名称或 BIC）"}, required=False),
    )
    key_life = timedelta.max

    def payee(self, given: Mapping[str, str]) -> dict[str, str]:
        """An account number is kept without blanks."""
        found = super().payee(given)
        return {"bank": "", **found, "account": "".join(found["account"].split())}

    def label(self, payee: Mapping[str, str]) -> str:
        """The last four characters of the account, and the bank."""
        tail = f"•••• {payee['account'][-4:]}"
        bank = payee.get("bank", "")[:40]
        return f"{bank} {tail}" if bank else tail

    def submit(self, payout: Payout) -> Answer:
        """The order lies on the merchant's desk."""
        return Answer(Outcome.SENT)

    def poll(self, payout: Payout) -> Answer:
        """It still lies there."""
        return Answer(Outcome.SENT)

    def cancel(self, payout: Payout) -> Answer:
        """Only the person who pays knows; they say so on the withdrawal itself."""
        return Answer(Outcome.SENT)
