"""The general ledger for people: accounts of a kind, and the transfers of one with its balance after each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, union_all
from sqlalchemy.orm import Session, aliased

from distribution.analytics.console_paging import Page, page
from distribution.errors import NotFound
from distribution.ledger.as_of import AccountBalance, By, balances_before
from distribution.ledger.tables import Account, Transfer
from distribution.network.tables import Distributor


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with its owner's name; the program's have none."""

    id: int
    kind: str
    currency: str
    distributor_id: UUID | None
    distributor_name: str | None


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """An account and what it held."""

    account: AccountRow
    balance: AccountBalance


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A transfer as one of its accounts sees it: a credit is above 0; `after_minor` is the balance then."""

    id: int
    kind: str
    effective_at: datetime
    recorded_at: datetime
    document_type: str
    document_id: UUID
    amount_minor: int
    other: AccountRow
    after_minor: int


@dataclass(frozen=True, slots=True)
class AccountPage:
    """An account with a page of its transfers, the newest first."""

    account: AccountRow
    balance_minor: int
    entries: Page[EntryRow]


_ACCOUNT = (Account.id, Account.kind, Account.currency, Account.distributor_id, Distributor.name)
_UP_TO = text("""
SELECT coalesce(sum(amount_minor), 0)::bigint FROM (
    SELECT amount_minor FROM distribution.transfers WHERE credit_account_id = :account_id AND id <= :upto
    UNION ALL
    SELECT -amount_minor FROM distribution.transfers WHERE debit_account_id = :account_id AND id <= :upto
) AS side
""")
_NEWEST = 2**63 - 1


def accounts_of_kind(
    session: Session, *, currency: str, kind: str, before: datetime, by: By, cursor: str | None = None
) -> Page[BalanceRow]:
    """The accounts of a kind in one currency with what each held just before a moment, the oldest account first."""
    query = (
        select(*_ACCOUNT)
        .outerjoin(Distributor, Distributor.id == Account.distributor_id)
        .where(Account.currency == currency, Account.kind == kind)
    )
    found = page(session, query, (Account.id,), _account, cursor=cursor, ascending=True)
    ids = [each.id for each in found.items]
    held = {each.account_id: each for each in balances_before(session, before, by=by, account_ids=ids)}
    rows = tuple(BalanceRow(each, held[each.id]) for each in found.items)
    return Page(rows, found.previous, found.next)


def account_page(session: Session, account_id: int, *, cursor: str | None = None) -> AccountPage:
    """An account and its transfers, the newest first; raises NotFound."""
    row = session.execute(
        select(*_ACCOUNT)
        .outerjoin(Distributor, Distributor.id == Account.distributor_id)
        .where(Account.id == account_id)
    ).one_or_none()
    if row is None:
        raise NotFound("there is no such account", account_id=account_id)
    # Each side has an index of its own that ends in the id: the newest of both are merged, and nothing is sorted.
    sides = union_all(
        *(
            select(
                Transfer.id,
                Transfer.kind,
                Transfer.effective_at,
                Transfer.recorded_at,
                Transfer.document_type,
                Transfer.document_id,
                amount.label("amount_minor"),
                other.label("other_id"),
            ).where(ours == account_id)
            for ours, other, amount in (
                (Transfer.credit_account_id, Transfer.debit_account_id, Transfer.amount_minor),
                (Transfer.debit_account_id, Transfer.credit_account_id, -Transfer.amount_minor),
            )
        )
    ).subquery()
    counter, owner = aliased(Account), aliased(Distributor)
    query = (
        select(sides, counter.kind, counter.currency, counter.distributor_id, owner.name)
        .join(counter, counter.id == sides.c.other_id)
        .outerjoin(owner, owner.id == counter.distributor_id)
    )
    found = page(session, query, (sides.c.id,), tuple, cursor=cursor)
    newest = found.items[0][0] if found.items else 0
    after_minor = _up_to(session, account_id, newest)
    entries = []
    for each in found.items:
        entries.append(_entry(each, after_minor))
        after_minor -= each[6]
    return AccountPage(
        _account(row),
        _up_to(session, account_id, _NEWEST),
        Page(tuple(entries), found.previous, found.next),
    )


def currencies(session: Session) -> list[str]:
    """Every currency that has an account."""
    return list(session.scalars(select(Account.currency).distinct().order_by(Account.currency)))


def _up_to(session: Session, account_id: int, upto: int) -> int:
    found: int = session.execute(_UP_TO, {"account_id": account_id, "upto": upto}).scalar_one()
    return found


def _account(row: Any) -> AccountRow:
    return AccountRow(*row[:5])


def _entry(row: Any, after_minor: int) -> EntryRow:
    other = AccountRow(row[7], *row[8:12])
    return EntryRow(row[0], row[1], row[2], row[3], row[4], row[5], row[6], other, after_minor)
