"""SEPA credit transfers: approved withdrawals become one file for the bank, which a person hands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from schwifty import BIC, IBAN

from distribution.adapters.payout.base import (
    Answer,
    Outcome,
    PayeeField,
    Payout,
    PayoutAdapter,
    PayoutVariable,
)
from distribution.adapters.payout.pain001 import LONGEST_NAME, Debtor, credit_transfer
from distribution.adapters.payout.variables import WrongValue

LARGEST_MINOR = 99_999_999_999


def iban(value: str) -> str:
    """An IBAN of the SEPA area, without blanks."""
    try:
        checked = IBAN(value, validate_bban=True)
    except ValueError:
        raise WrongValue("it is no IBAN") from None
    if not checked.in_sepa_zone:
        raise WrongValue("it lies outside the SEPA area")
    return checked.compact


def bic(value: str) -> str:
    """The BIC in its compact form, or nothing; raises WrongValue for what is none."""
    try:
        return BIC(value).compact if value else ""
    except ValueError:
        raise WrongValue("it is no BIC") from None


class SepaAdapter(PayoutAdapter):
    """Sends nothing anywhere: what is approved waits for the next file, and for a person to say what became of it."""

    title = {"en": "SEPA transfer", "zh_Hans": "SEPA 转账"}
    variables = (
        PayoutVariable("NAME", "the name of your account's holder"),
        PayoutVariable("IBAN", "the IBAN of the account that pays", iban),
        PayoutVariable("BIC", "the BIC of its bank, if your bank wants it", bic, default=""),
    )
    payee_fields = (
        PayeeField("holder", {"en": "Account holder", "zh_Hans": "户名"}, longest=LONGEST_NAME),
        PayeeField("iban", {"en": "IBAN", "zh_Hans": "IBAN"}, shortest=15, longest=42, check=iban),
        PayeeField(
            "bic",
            {"en": "BIC, if you know it", "zh_Hans": "BIC（选填）"},
            required=False,
            longest=11,
            check=bic,
        ),
    )
    currencies = frozenset({"EUR"})
    key_life = timedelta.max

    def label(self, payee: Mapping[str, str]) -> str:
        """Country and last four digits."""
        return f"{payee['iban'][:2]} •••• {payee['iban'][-4:]}"

    def submit(self, payout: Payout) -> Answer:
        """It waits for the next file."""
        return Answer(Outcome.SENT)

    def poll(self, payout: Payout) -> Answer:
        """It still waits, for a file or for a person's word."""
        return Answer(Outcome.SENT)

    def cancel(self, payout: Payout) -> Answer:
        """Only the bank knows; a person says so on the withdrawal itself."""
        return Answer(Outcome.SENT)

    def usable(self, payout: Payout) -> bool:
        """Whether a payout can be in a file."""
        return (
            payout.currency == "EUR"
            and 0 < payout.amount_minor <= LARGEST_MINOR
            and {"holder", "iban"} <= payout.payee.keys()
        )

    def write(self, number: UUID, payouts: Sequence[Payout], made_at: datetime) -> bytes:
        """The file that the bank gets."""
        debtor = Debtor(self.settings["NAME"], self.settings["IBAN"], self.settings["BIC"] or "")
        return credit_transfer(number, payouts, debtor, made_at)
