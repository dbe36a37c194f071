"""The ledger in beancount's language, with what beancount needs to find every error of ours.

A debit is positive there, so an amount is our balance with its sign turned. Days are those of the program's time zone,
by effective time. What is asserted at the end of each month is asked of the database anew, and exact: without `~ 0`
beancount lets two units of the last digit pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from distribution.ledger.as_of import AccountBalance, By, balances_before
from distribution.ledger.chart import full_name
from distribution.ledger.export.transfers import Days, TransferRow, transfers
from distribution.money import exponent, to_decimal_text


def beancount_lines(session: Session, days: Days, *, title: str, now: datetime) -> Iterator[str]:
    """The file line by line: commodities, opening balances, transactions, and assertions for every month."""
    yield from (f'option "title" "{_quoted(title)}"', "")
    export = _Export(session, days, now)
    if days.first is not None:
        yield from export.opening(days.first)
    for row in transfers(session, days):
        yield from export.transfer(row)
    yield from export.closing()


class _Export:
    """What was written so far: currencies, accounts, and the accounts that moved since the last assertions."""

    def __init__(self, session: Session, days: Days, now: datetime) -> None:
        self._session = session
        self._days = days
        self._now = now
        self._currencies: set[str] = set()
        self._names: set[str] = set()
        self._accounts: set[int] = set()
        self._moved: set[int] = set()
        self._month: date | None = days.first
        self._last: date | None = days.first

    def opening(self, day: date) -> Iterator[str]:
        """One transaction for each currency with what every account held before the first day."""
        found = [
            each
            for each in balances_before(self._session, self._days.start_of(day), by=By.EFFECTIVE)
            if each.balance_minor
        ]
        for currency in sorted({each.currency for each in found}):
            ours = [each for each in found if each.currency == currency]
            for each in ours:
                yield from self._open(
                    each.account_id, full_name(each.kind, each.distributor_id), currency, day
                )
            yield f'{day} * "Opening balances" "{currency}"'
            for each in ours:
                yield _posting(full_name(each.kind, each.distributor_id), -each.balance_minor, currency)
            yield ""

    def transfer(self, row: TransferRow) -> Iterator[str]:
        """Its transaction, and before it the assertions of the months that are over by then."""
        day = self._days.day_of(row.effective_at)
        if self._month is not None and _month(day) > _month(self._month):
            yield from self._assert(_following(self._month), self._moved)
            self._moved = set()
        self._month = self._last = day
        for account_id, name in ((row.debit_id, row.debit_name), (row.credit_id, row.credit_name)):
            yield from self._open(account_id, name, row.currency, day)
            self._moved.add(account_id)
        yield (
            f'{day} * "{row.kind}" "{row.document_type} {row.document_id}" ^{row.document_type}-{row.document_id}'
        )
        yield f"  transfer: {row.id}"
        yield f'  effective: "{row.effective_at.isoformat()}"'
        yield f'  recorded: "{row.recorded_at.isoformat()}"'
        yield _posting(row.debit_name, row.amount_minor, row.currency)
        yield _posting(row.credit_name, -row.amount_minor, row.currency)
        yield ""

    def closing(self) -> Iterator[str]:
        """What every account that is named here holds at the end."""
        end = self._days.last or max(self._last or date.min, self._days.day_of(self._now))
        yield from self._assert(end + timedelta(days=1), self._accounts)

    def _open(self, account_id: int, name: str, currency: str, day: date) -> Iterator[str]:
        if currency not in self._currencies:
            self._currencies.add(currency)
            yield f"{day} commodity {currency}"
            yield from (f"  precision: {exponent(currency)}", "")
        # One account there holds what are accounts of several currencies here: it is opened once, for all of them.
        if name not in self._names:
            yield from (f"{day} open {name}", "")
        self._names.add(name)
        self._accounts.add(account_id)

    def _assert(self, day: date, account_ids: Iterable[int]) -> Iterator[str]:
        wanted = sorted(account_ids)
        before = self._days.start_of(day)
        for each in balances_before(self._session, before, by=By.EFFECTIVE, account_ids=wanted):
            yield _assertion(day, each)
        yield ""


def _posting(name: str, debit_minor: int, currency: str) -> str:
    return f"  {name}  {to_decimal_text(debit_minor, currency)} {currency}"


def _assertion(day: date, balance: AccountBalance) -> str:
    name = full_name(balance.kind, balance.distributor_id)
    amount = to_decimal_text(-balance.balance_minor, balance.currency)
    return f"{day} balance {name}  {amount} ~ 0 {balance.currency}"


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _following(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _quoted(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"')
