"""What the API says of a withdrawal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from distribution.money import to_decimal_text
from distribution.withdrawal.quote import Quote
from distribution.withdrawal.tables import State, Withdrawal, WithdrawalEvent
from portal.api.types import Answer, AnyCurrency, Id, SignedAmount, Time

Approvals = Annotated[int, Field(ge=1, le=2, description="How many people have to approve it")]
Due = Annotated[Time | None, Field(description="By when it is promised to have ended")]


class WithdrawalStep(Answer):
    """One state of a withdrawal, and since when it was in it."""

    state: State
    at: Time
    actor: Annotated[str, Field(description="Who brought it there")]


class WithdrawalQuote(Answer):
    """What a request would come to now; nothing is reserved."""

    amount: Annotated[SignedAmount, Field(description="What would leave their balance")]
    fee: Annotated[SignedAmount, Field(description="What of it would not reach them")]
    receives: Annotated[SignedAmount, Field(description="What would reach them")]
    currency: AnyCurrency
    due_at: Due
    approvals_needed: Approvals


class WithdrawalAnswer(Answer):
    """A withdrawal. Its fee, its promise and how many approve it are fixed when it is asked for."""

    id: Id
    distributor_id: Id
    amount: Annotated[SignedAmount, Field(description="What leaves their balance")]
    fee: Annotated[SignedAmount, Field(description="What of it does not reach them")]
    receives: Annotated[SignedAmount, Field(description="What reaches them")]
    currency: AnyCurrency
    method: str
    method_id: Id | None
    state: Annotated[State, Field(description="approved_once: by the first of two people")]
    approvals_needed: Approvals
    requested_at: Time
    due_at: Due
    decided_at: Time | None
    paid_at: Time | None
    reference: str | None
    reason: str | None
    history: Annotated[list[WithdrawalStep], Field(description="Every state so far, the first one first")]


def withdrawal_answer(withdrawal: Withdrawal, steps: Iterable[WithdrawalEvent]) -> WithdrawalAnswer:
    """A withdrawal with every state it was in."""
    currency = withdrawal.currency
    return WithdrawalAnswer.model_validate(
        {
            "id": str(withdrawal.id),
            "distributor_id": str(withdrawal.distributor_id),
            "amount": to_decimal_text(withdrawal.amount_minor, currency),
            "fee": to_decimal_text(withdrawal.fee_minor, currency),
            "receives": to_decimal_text(withdrawal.amount_minor - withdrawal.fee_minor, currency),
            "currency": currency,
            "method": withdrawal.method,
            "method_id": None if withdrawal.method_id is None else str(withdrawal.method_id),
            "state": withdrawal.state,
            "approvals_needed": withdrawal.approvals_needed,
            "requested_at": withdrawal.requested_at,
            "due_at": withdrawal.due_at,
            "decided_at": withdrawal.decided_at,
            "paid_at": withdrawal.paid_at,
            "reference": withdrawal.reference,
            "reason": withdrawal.reason,
            "history": [{"state": step.state, "at": step.at, "actor": step.actor} for step in steps],
        }
    )


def quote_answer(told: Quote, currency: str) -> WithdrawalQuote:
    """What a request would come to."""
    return WithdrawalQuote.model_validate(
        {
            "amount": to_decimal_text(told.amount_minor, currency),
            "fee": to_decimal_text(told.fee_minor, currency),
            "receives": to_decimal_text(told.net_minor, currency),
            "currency": currency,
            "due_at": told.due_at,
            "approvals_needed": told.approvals_needed,
        }
    )
