"""The ledger: its transfers, balances as of any moment, and the head of its seals."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from distribution.ledger.as_of import By, trial_balance
from distribution.ledger.chart import full_name
from distribution.ledger.read import TransferSeen, transfers_after
from distribution.money import to_decimal_text
from distribution.sealing.head import head
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.types import Answer, AnyCurrency, CurrencyCode, Id, Moment, Request, SignedAmount, Time

routes = Routes()
AccountName = Annotated[
    str, Field(description="As in exports", examples=["Expenses:Commission", "Income:Fees"])
]


class TransferAnswer(Answer):
    """Money that moved from the debited account to the credited one, and its business document."""

    id: int
    kind: str
    document_type: str
    document_id: Id
    distributor_id: Id | None
    currency: AnyCurrency
    amount: Annotated[SignedAmount, Field(description="Always above 0")]
    debit: AccountName
    credit: AccountName
    effective_at: Time
    recorded_at: Time


class TransferPage(Answer):
    """Some transfers, the oldest first."""

    items: list[TransferAnswer]
    next_cursor: NextCursor


class TransfersQuery(PageQuery):
    """Which transfers."""

    distributor_id: Id | None = None
    currency: CurrencyCode | None = None


class KindBalanceAnswer(Answer):
    """All accounts of a kind in one currency."""

    currency: AnyCurrency
    kind: str
    accounts: int
    debits: SignedAmount
    credits: SignedAmount
    balance: Annotated[SignedAmount, Field(description="Credits less debits")]


class TrialBalance(Answer):
    """What every kind of account held; the balances of a currency come to 0."""

    at: Time
    by: Literal["effective", "recorded"]
    items: list[KindBalanceAnswer]


class BalancesQuery(Request):
    """As of when."""

    at: Annotated[Moment | None, Field(description="Just before this time; now if left out")] = None
    by: Annotated[
        Literal["effective", "recorded"],
        Field(description="What was true then as far as is known now, or what was known then"),
    ] = "effective"
    currency: CurrencyCode | None = None


class HeadAnswer(Answer):
    """The newest seal: kept elsewhere, it proves all that was recorded up to it."""

    seal: Annotated[int, Field(description="0 while nothing was sealed")]
    digest: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
    sealed_at: Time | None
    last_transfer_id: int
    last_snapshot: int


@routes.get("/ledger/transfers")
def list_transfers(call: Call, query: TransfersQuery) -> TransferPage:
    """List transfers, the oldest first.

    Ids are drawn before they are committed: to follow the ledger without missing one, read no further than
    `last_transfer_id` of the head.
    """
    found = transfers_after(
        call.session,
        after=query.after_number() or 0,
        limit=query.limit + 1,
        distributor_id=None if query.distributor_id is None else UUID(query.distributor_id),
        currency=query.currency,
    )
    page, next_cursor = page_of(found, query.limit, lambda transfer: transfer.id)
    return TransferPage(items=[_transfer(each) for each in page], next_cursor=next_cursor)


@routes.get("/ledger/balances")
def get_trial_balance(call: Call, query: BalancesQuery) -> TrialBalance:
    """Read the trial balance as of a moment, by either of a transfer's two times."""
    at = query.at or call.now
    found = trial_balance(call.session, at, by=By(query.by), currency=query.currency)
    return TrialBalance(
        at=at,
        by=query.by,
        items=[
            KindBalanceAnswer(
                currency=each.currency,
                kind=each.kind,
                accounts=each.accounts,
                debits=to_decimal_text(each.debits_minor, each.currency),
                credits=to_decimal_text(each.credits_minor, each.currency),
                balance=to_decimal_text(each.balance_minor, each.currency),
            )
            for each in found
        ],
    )


@routes.get("/ledger/head")
def get_ledger_head(call: Call) -> HeadAnswer:
    """Read the newest seal; what `distribution ledger head` prints and `distribution verify --head` takes."""
    return HeadAnswer.model_validate(head(call.session).to_json())


def _transfer(seen: TransferSeen) -> TransferAnswer:
    return TransferAnswer(
        id=seen.id,
        kind=seen.kind,
        document_type=seen.document_type,
        document_id=str(seen.document_id),
        distributor_id=None if seen.distributor_id is None else str(seen.distributor_id),
        currency=seen.currency,
        amount=to_decimal_text(seen.amount_minor, seen.currency),
        debit=full_name(seen.debit, seen.debit_distributor_id),
        credit=full_name(seen.credit, seen.credit_distributor_id),
        effective_at=seen.effective_at,
        recorded_at=seen.recorded_at,
    )
