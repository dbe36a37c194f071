"""Balances as of any moment, by either of a transfer's two times.

By recorded time they are what was known then, and never change: a later transfer, however far back it takes effect,
is recorded later. By effective time they are what was true then, as far as is known now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from distribution.ledger.kinds import TRANSFER_KINDS


class By(StrEnum):
    """Which of a transfer's times counts."""

    EFFECTIVE = "effective"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """What an account held: credits less debits, and both."""

    account_id: int
    distributor_id: UUID | None
    kind: str
    currency: str
    debits_minor: int
    credits_minor: int

    @property
    def balance_minor(self) -> int:
        return self.credits_minor - self.debits_minor


@dataclass(frozen=True, slots=True)
class KindBalance:
    """What all accounts of a kind held in one currency, `accounts` of them by now: a line of the trial balance."""

    currency: str
    kind: str
    accounts: int
    debits_minor: int
    credits_minor: int

    @property
    def balance_minor(self) -> int:
        return self.credits_minor - self.debits_minor


def _moved(by: By) -> str:
    return f"""
SELECT account_id, sum(debit_minor) AS debits_minor, sum(credit_minor) AS credits_minor
FROM (
    SELECT debit_account_id AS account_id, amount_minor AS debit_minor, 0 AS credit_minor
    FROM distribution.transfers WHERE {by}_at < :before AND debit_account_id IN (SELECT id FROM asked)
    UNION ALL
    SELECT credit_account_id, 0, amount_minor
    FROM distribution.transfers WHERE {by}_at < :before AND credit_account_id IN (SELECT id FROM asked)
) AS side
GROUP BY account_id
"""


_ASKED = """
WITH asked AS (
    SELECT id FROM distribution.accounts
    WHERE (CAST(:ids AS bigint[]) IS NULL OR id = ANY (CAST(:ids AS bigint[])))
        AND (CAST(:currency AS text) IS NULL OR currency = :currency)
)
"""


def _each(by: By) -> TextClause:
    return text(f"""
    {_ASKED}
    SELECT account.id, account.distributor_id, account.kind, account.currency,
        coalesce(debits_minor, 0)::bigint, coalesce(credits_minor, 0)::bigint
    FROM asked JOIN distribution.accounts AS account USING (id)
    LEFT JOIN ({_moved(by)}) AS moved ON moved.account_id = account.id
    ORDER BY account.id
    """)


def _kinds(by: By) -> TextClause:
    return text(f"""
    SELECT currency, kind, sum(amount_minor)::bigint FROM distribution.transfers
    WHERE {by}_at < :before AND (CAST(:currency AS text) IS NULL OR currency = :currency)
    GROUP BY currency, kind
    """)


_COUNTED = text("SELECT currency, kind, count(*) FROM distribution.accounts GROUP BY currency, kind")
_EACH = {by: _each(by) for by in By}
_KINDS = {by: _kinds(by) for by in By}


def balances_before(
    session: Session,
    before: datetime,
    *,
    by: By,
    account_ids: Sequence[int] | None = None,
    currency: str | None = None,
) -> list[AccountBalance]:
    """What these accounts, or all, held just before a moment: the transfers whose time is earlier."""
    parameters = {
        "before": before,
        "ids": None if account_ids is None else list(account_ids),
        "currency": currency,
    }
    return [AccountBalance(*row) for row in session.execute(_EACH[by], parameters)]


def trial_balance(
    session: Session, before: datetime, *, by: By, currency: str | None = None
) -> list[KindBalance]:
    """Every kind of account that had moved just before a moment; the balances of a currency come to 0.

    A transfer's kind says between which kinds of account it moved, so that no account is looked up.
    """
    debited: Counter[tuple[str, str]] = Counter()
    credited: Counter[tuple[str, str]] = Counter()
    for moved_in, name, amount_minor in session.execute(_KINDS[by], {"before": before, "currency": currency}):
        kind = TRANSFER_KINDS[name]
        debited[moved_in, kind.debit] += amount_minor
        credited[moved_in, kind.credit] += amount_minor
    counted = {(row[0], row[1]): row[2] for row in session.execute(_COUNTED)}
    return [
        KindBalance(*key, counted.get(key, 0), debited[key], credited[key])
        for key in sorted({*debited, *credited})
    ]
