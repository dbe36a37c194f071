"""The chart of accounts: which kinds of account there are in each currency, and what each is called outside.

Debits and credits are those of double entry: an account's balance here is its credits less its debits. What the
program owes grows by credits (liabilities, income); what it has or has spent grows by debits (assets, expenses).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from distribution.ledger.tables import DISTRIBUTOR_KINDS, PROGRAM_KINDS


@dataclass(frozen=True, slots=True)
class AccountKind:
    """One line of the chart; `group` is one of beancount's five, `credit_normal` whether credits make it grow."""

    kind: str
    group: str
    name: str

    @property
    def of_distributor(self) -> bool:
        """Whether each distributor has one of their own."""
        return self.kind in DISTRIBUTOR_KINDS

    @property
    def credit_normal(self) -> bool:
        """Whether it usually stands in credit."""
        return self.group in ("Liabilities", "Income", "Equity")


CHART = {
    each.kind: each
    for each in (
        AccountKind("available", "Liabilities", "Available"),
        AccountKind("reserved", "Liabilities", "Reserved"),
        AccountKind("debt", "Assets", "Debt"),
        AccountKind("commission", "Expenses", "Commission"),
        AccountKind("payouts", "Assets", "Payouts"),
        AccountKind("fees", "Income", "Fees"),
        AccountKind("tax", "Liabilities", "Tax"),
        AccountKind("adjustments", "Expenses", "Adjustments"),
    )
}


def full_name(kind: str, distributor_id: UUID | None) -> str:
    """The account's name in beancount's style: Liabilities:Distributors:<id>:Available, Expenses:Commission."""
    found = CHART[kind]
    if distributor_id is None:
        return f"{found.group}:{found.name}"
    return f"{found.group}:Distributors:{str(distributor_id).upper()}:{found.name}"


def missing() -> set[str]:
    """Kinds of account that the ledger knows and the chart does not."""
    return {*DISTRIBUTOR_KINDS, *PROGRAM_KINDS} - set(CHART)
