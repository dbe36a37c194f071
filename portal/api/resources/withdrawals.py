"""Withdrawals: asked for, decided, paid."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from pydantic import Field

from distribution.money import to_minor
from distribution.settings import program
from distribution.withdrawal import read
from distribution.withdrawal.approve import approve
from distribution.withdrawal.errors import MethodUnavailable
from distribution.withdrawal.methods import methods
from distribution.withdrawal.pay import LONGEST_REFERENCE, fail, mark_paid
from distribution.withdrawal.policy import WithdrawalPolicy, policy_of
from distribution.withdrawal.provider import BY_HAND
from distribution.withdrawal.quote import Asked, quote
from distribution.withdrawal.reject import cancel, reject
from distribution.withdrawal.request import request
from distribution.withdrawal.tables import State, Withdrawal
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.types import (
    UUID_PATTERN,
    Amount,
    Answer,
    CurrencyCode,
    Id,
    Nothing,
    Reason,
    Request,
    Word,
)
from portal.api.withdrawal_answer import (
    WithdrawalAnswer,
    WithdrawalQuote,
    quote_answer,
    withdrawal_answer,
)
from portal.payouts import method_names

routes = Routes()


class NewWithdrawal(Request):
    """A distributor asks for money."""

    distributor_id: Id
    amount: Amount
    currency: CurrencyCode
    method: Annotated[
        Word,
        Field(description="A way of paying, or the id of a payout method of theirs", examples=["manual"]),
    ]


class Rejection(Request):
    """Why it is refused."""

    reason: Reason


class Payment(Request):
    """That it was paid."""

    reference: Annotated[
        Word, Field(max_length=LONGEST_REFERENCE, description="Where to find the payment, at the bank say")
    ]


class WithdrawalPage(Answer):
    """Some withdrawals, newest first."""

    items: list[WithdrawalAnswer]
    next_cursor: NextCursor


class WithdrawalsQuery(PageQuery):
    """Which withdrawals."""

    distributor_id: Id | None = None
    state: State | None = None


@routes.post("/withdrawals", scope="money:write", problems={404})
def create_withdrawal(call: Call, body: NewWithdrawal) -> WithdrawalAnswer:
    """Ask for money on a distributor's behalf.

    The amount is reserved at once; it waits for a decision.
    """
    asked = _asked(call, body)
    made = request(
        call.session,
        distributor_id=asked.distributor_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        method=asked.method,
        method_id=asked.method_id,
        policy=_policy(call, asked.currency),
        actor=call.client.actor,
        now=call.now,
    )
    return _answer(call, made)


@routes.post("/withdrawal-quotes", scope="money:write", status=200, problems={404})
def quote_withdrawal(call: Call, body: NewWithdrawal) -> WithdrawalQuote:
    """Say what a request would cost and what would reach the distributor, or what it would be refused for.

    Nothing is reserved.
    """
    asked = _asked(call, body)
    told = quote(call.session, asked, policy=_policy(call, asked.currency), now=call.now)
    return quote_answer(told, asked.currency)


@routes.get("/withdrawals")
def list_withdrawals(call: Call, query: WithdrawalsQuery) -> WithdrawalPage:
    """List withdrawals, newest first."""
    found = read.withdrawals(
        call.session,
        distributor_id=None if query.distributor_id is None else UUID(query.distributor_id),
        states=None if query.state is None else [query.state],
        limit=query.limit + 1,
        before=query.after_id(),
    )
    page, next_cursor = page_of(found, query.limit, lambda withdrawal: withdrawal.id)
    steps = read.histories(call.session, [each.id for each in page])
    return WithdrawalPage(
        items=[withdrawal_answer(each, steps[each.id]) for each in page], next_cursor=next_cursor
    )


@routes.get("/withdrawals/<withdrawal_id>")
def get_withdrawal(call: Call, withdrawal_id: Id) -> WithdrawalAnswer:
    """Read a withdrawal."""
    return _answer(call, read.withdrawal(call.session, UUID(withdrawal_id)))


@routes.post("/withdrawals/<withdrawal_id>/approve", scope="money:write", status=200)
def approve_withdrawal(call: Call, withdrawal_id: Id, body: Nothing) -> WithdrawalAnswer:
    """Approve a withdrawal; it is then sent, or waits for whoever pays by hand.

    One that takes two people is approved in the console: a token is no person.
    """
    return _answer(call, approve(call.session, UUID(withdrawal_id), actor=call.client.actor, now=call.now))


@routes.post("/withdrawals/<withdrawal_id>/reject", scope="money:write", status=200)
def reject_withdrawal(call: Call, withdrawal_id: Id, body: Rejection) -> WithdrawalAnswer:
    """Refuse a withdrawal that is not on its way; its money is available again, less any debt."""
    return _answer(
        call,
        reject(call.session, UUID(withdrawal_id), reason=body.reason, actor=call.client.actor, now=call.now),
    )


@routes.post("/withdrawals/<withdrawal_id>/cancel", scope="money:write", status=200)
def cancel_withdrawal(call: Call, withdrawal_id: Id, body: Nothing) -> WithdrawalAnswer:
    """Take a request back on the distributor's behalf, while it is not approved."""
    return _answer(call, cancel(call.session, UUID(withdrawal_id), actor=call.client.actor, now=call.now))


@routes.post("/withdrawals/<withdrawal_id>/paid", scope="money:write", status=200)
def mark_withdrawal_paid(call: Call, withdrawal_id: Id, body: Payment) -> WithdrawalAnswer:
    """Say that an approved withdrawal was paid by hand, or found to be paid at the provider."""
    return _answer(
        call,
        mark_paid(
            call.session,
            UUID(withdrawal_id),
            reference=body.reference,
            actor=call.client.actor,
            now=call.now,
        ),
    )


@routes.post("/withdrawals/<withdrawal_id>/failed", scope="money:write", status=200)
def mark_withdrawal_failed(call: Call, withdrawal_id: Id, body: Rejection) -> WithdrawalAnswer:
    """Say that a withdrawal was not paid and will not be; its money is available again, less any debt."""
    return _answer(
        call,
        fail(call.session, UUID(withdrawal_id), reason=body.reason, actor=call.client.actor, now=call.now),
    )


def _asked(call: Call, body: NewWithdrawal) -> Asked:
    distributor_id = UUID(body.distributor_id)
    method, method_id = body.method, None
    if re.fullmatch(UUID_PATTERN, body.method):
        method, method_id = _own_method(call, distributor_id, UUID(body.method))
    elif body.method != BY_HAND:
        # Only a person can find out whom to pay; a provider has to be told by one of the distributor's own methods.
        raise MethodUnavailable(body.method)
    return Asked(distributor_id, to_minor(body.amount, body.currency), body.currency, method, method_id)


def _policy(call: Call, currency: str) -> WithdrawalPolicy:
    return policy_of(program.read(call.session), currency, methods=method_names(currency))


def _own_method(call: Call, distributor_id: UUID, method_id: UUID) -> tuple[str, UUID]:
    for each in methods(call.session, distributor_id):
        if each.id == method_id:
            return each.adapter, each.id
    raise MethodUnavailable(str(method_id))


def _answer(call: Call, withdrawal: Withdrawal) -> WithdrawalAnswer:
    return withdrawal_answer(withdrawal, read.events(call.session, withdrawal.id))
