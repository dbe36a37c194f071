"""What the database says, in queries of the tests' own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.model.program import Key

_SHARES = text("""
SELECT orders.external_id, share.terms_number, share.line_id, share.level, share.distributor_id,
    (SELECT coalesce(sum(amount_minor), 0)::bigint FROM distribution.commission_lines line
     WHERE line.order_id = share.order_id AND line.share_number = share.number)
FROM distribution.shares share JOIN distribution.orders ON orders.id = share.order_id
""")
_LINES = text("""
SELECT order_id, number, share_number, distributor_id, currency, amount_minor, matures_at
FROM distribution.commission_lines
""")
_STATEMENTS = text("""
SELECT distributor_id, line_count, total_minor FROM distribution.statements WHERE run_id = :run_id
""")
# Sums over transfers alone, not the balances the program keeps.
_HELD = text("""
SELECT account.distributor_id, account.currency, account.kind, sum(side.amount_minor)::bigint
FROM (
    SELECT debit_account_id AS account_id, -amount_minor AS amount_minor FROM distribution.transfers
    UNION ALL
    SELECT credit_account_id, amount_minor FROM distribution.transfers
) AS side JOIN distribution.accounts account ON account.id = side.account_id
GROUP BY account.distributor_id, account.currency, account.kind
""")
_STATED = text("""
SELECT distributor_id, currency, sum(total_minor)::bigint FROM distribution.statements
GROUP BY distributor_id, currency
""")
_PAID = text("""
SELECT distributor_id, currency, sum(amount_minor)::bigint FROM distribution.withdrawals WHERE state = 'paid'
GROUP BY distributor_id, currency
""")
_BALANCES = text("""
SELECT account.distributor_id, account.currency, balance.kind, balance_minor
FROM distribution.balances balance JOIN distribution.accounts account ON account.id = balance.account_id
""")

LineKey = tuple[int, int]


@dataclass(frozen=True)
class BookedLine:
    """A commission line as far as settlement cares."""

    key: LineKey
    share_number: int
    distributor_id: UUID
    currency: str
    amount_minor: int
    matures_at: datetime


def accrued(session: Session) -> dict[Key, tuple[UUID, int]]:
    """Every share, whose it is, and the sum of its lines."""
    return {
        (order_id, terms_number, line_id.removeprefix("line-"), level): (who, amount_minor)
        for order_id, terms_number, line_id, level, who, amount_minor in session.execute(_SHARES)
    }


def lines(session: Session) -> list[BookedLine]:
    """Every commission line."""
    return [BookedLine((order_id, number), *rest) for order_id, number, *rest in session.execute(_LINES)]


@dataclass
class Settled:
    """Which lines runs have taken, as an independent account of it: each due line once, in the order of runs."""

    taken: dict[LineKey, tuple[str, int]] = field(default_factory=dict)

    def due(self, booked: Sequence[BookedLine], *, currency: str, cutoff_at: datetime) -> list[BookedLine]:
        """The lines a run with this cutoff must take."""
        return [
            line
            for line in booked
            if line.currency == currency and line.matures_at <= cutoff_at and line.key not in self.taken
        ]

    def check_nothing_bad_is_paid(self, booked: Sequence[BookedLine], due: Sequence[BookedLine]) -> None:
        """Taking these lines, no share is paid more than it is worth by now, unless it was before."""
        before, after, worth = Counter[LineKey](), Counter[LineKey](), Counter[LineKey]()
        taking = {line.key for line in due}
        for line in booked:
            share = line.key[0], line.share_number
            worth[share] += line.amount_minor
            before[share] += line.amount_minor if line.key in self.taken else 0
            after[share] += line.amount_minor if line.key in self.taken or line.key in taking else 0
        for share in after:
            assert after[share] <= max(before[share], worth[share]), (
                f"share {share} is paid what is known to be bad"
            )

    def check(self, session: Session, run: Any, due: Sequence[BookedLine]) -> None:
        """The statements of a run are those lines, no more and no less."""
        expected: dict[UUID, list[int]] = {}
        for line in due:
            count_and_sum = expected.setdefault(line.distributor_id, [0, 0])
            count_and_sum[0] += 1
            count_and_sum[1] += line.amount_minor
            self.taken[line.key] = (run.currency, run.number)
        found = {
            who: [count, total] for who, count, total in session.execute(_STATEMENTS, {"run_id": run.id})
        }
        assert found == expected, f"run {run.number} of {run.currency} does not own exactly its due lines"


def check_money(session: Session) -> bool:
    """Everybody has what their statements say, less what was paid out; below zero is debt only.

    Returns whether anybody is in debt.
    """
    held: dict[tuple[UUID, str], Counter[str]] = {}
    program: Counter[tuple[str, str]] = Counter()
    for who, currency, kind, amount_minor in session.execute(_HELD):
        if who is None:
            program[currency, kind] += amount_minor
        else:
            held.setdefault((who, currency), Counter())[kind] = amount_minor
    stated = {(who, currency): total for who, currency, total in session.execute(_STATED)}
    paid = {(who, currency): total for who, currency, total in session.execute(_PAID)}
    for whose in held.keys() | stated.keys() | paid.keys():
        kinds = held.get(whose, Counter())
        assert sum(kinds.values()) == stated.get(whose, 0) - paid.get(whose, 0), whose
        assert kinds["available"] >= 0 <= kinds["reserved"], whose
        assert kinds["debt"] <= 0, whose
        assert kinds["debt"] == 0 or kinds["available"] == 0, whose
    for currency in {currency for _, currency in stated}:
        statements = sum(total for (_, each), total in stated.items() if each == currency)
        paid_out = sum(amount for (_, each), amount in paid.items() if each == currency)
        assert -program[currency, "commission"] == statements, "statements and transfers disagree"
        assert program[currency, "payouts"] + program[currency, "fees"] == paid_out
    for who, currency, kind, balance_minor in session.execute(_BALANCES):
        assert balance_minor == held.get((who, currency), Counter())[kind], (who, currency, kind)
    return any(kinds["debt"] < 0 for kinds in held.values())
