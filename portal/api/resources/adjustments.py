"""Adjustments by hand: proposed with a reason, decided by a second person above the program's limit."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from distribution.adjustment import read
from distribution.adjustment.approve import approve
from distribution.adjustment.decline import decline
from distribution.adjustment.document import Proposal
from distribution.adjustment.propose import propose
from distribution.adjustment.read import AdjustmentSeen
from distribution.adjustment.tables import LONGEST_REASON, LONGEST_REFERENCE, SHORTEST_REASON
from distribution.money import to_decimal_text, to_minor
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.types import Answer, AnyCurrency, CurrencyCode, Id, Nothing, Request, SignedAmount, Time

routes = Routes()
Category = Literal["correction", "goodwill", "prize", "write_off", "penalty", "brought_forward", "other"]
AnyCategory = Literal[Category, "left_behind"]
State = Literal["waiting", "approved", "declined", "withdrawn"]
AmountEitherWay = Annotated[
    str,
    StringConstraints(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"),
    Field(
        description="Above 0 is given, below 0 is taken; no more decimals than the currency has",
        examples=["-12.50"],
    ),
]
ShortReason = Annotated[
    str,
    StringConstraints(min_length=SHORTEST_REASON, max_length=LONGEST_REASON, pattern=r"^[^\u0000]*$"),
]


class NewAdjustment(Request):
    """What to give a distributor or to take from them, and why."""

    distributor_id: Id
    amount: AmountEitherWay
    currency: CurrencyCode
    category: Annotated[
        Category,
        Field(description="`goodwill`, `prize` and `write_off` only give, `penalty` only takes"),
    ]
    reason: Annotated[ShortReason, Field(description="The distributor reads it")]
    reference: Annotated[
        str | None,
        StringConstraints(max_length=LONGEST_REFERENCE, pattern=r"^[^\u0000]*$"),
        Field(description="What it is about, an order's number say"),
    ] = None


class Declining(Request):
    """Why not."""

    note: ShortReason


class DecisionAnswer(Answer):
    """What became of it."""

    by: str
    at: Time
    note: str | None


class AdjustmentAnswer(Answer):
    """An adjustment."""

    id: Id
    distributor_id: Id
    amount: SignedAmount
    currency: AnyCurrency
    category: Annotated[
        AnyCategory,
        Field(description="`left_behind`: what was left when an account was closed; nobody proposes it"),
    ]
    reason: str
    reference: str | None
    state: Annotated[State, Field(description="Only an approved one has moved money")]
    second_person: Annotated[bool, Field(description="Whether another than its proposer has to approve it")]
    proposed_by: str
    proposed_at: Time
    decision: DecisionAnswer | None


class AdjustmentPage(Answer):
    """Some adjustments, newest first."""

    items: list[AdjustmentAnswer]
    next_cursor: NextCursor


class AdjustmentsQuery(PageQuery):
    """Which adjustments."""

    distributor_id: Id | None = None
    state: State | None = None


@routes.post("/adjustments", scope="money:write", problems={404})
def create_adjustment(call: Call, body: NewAdjustment) -> AdjustmentAnswer:
    """Give a distributor an amount or take it, with the reason.

    Up to the program's limit for the currency it is carried out at once; above, and where there is no limit, it waits
    until somebody else approves it. What is given repays debt first; what is taken beyond the available becomes debt.
    """
    proposal = Proposal(
        distributor_id=UUID(body.distributor_id),
        amount_minor=to_minor(body.amount, body.currency),
        currency=body.currency,
        category=body.category,
        reason=body.reason,
        reference=body.reference,
    )
    return _adjustment(propose(call.session, proposal, actor=call.client.actor, now=call.now))


@routes.get("/adjustments")
def list_adjustments(call: Call, query: AdjustmentsQuery) -> AdjustmentPage:
    """List adjustments, newest first."""
    found = read.adjustments(
        call.session,
        distributor_id=None if query.distributor_id is None else UUID(query.distributor_id),
        state=query.state,
        limit=query.limit + 1,
        before=query.after_number(),
    )
    page, next_cursor = page_of(found, query.limit, lambda seen: seen.adjustment.number)
    return AdjustmentPage(items=[_adjustment(each) for each in page], next_cursor=next_cursor)


@routes.get("/adjustments/<adjustment_id>")
def get_adjustment(call: Call, adjustment_id: Id) -> AdjustmentAnswer:
    """Read an adjustment."""
    return _adjustment(read.adjustment(call.session, UUID(adjustment_id)))


@routes.post("/adjustments/<adjustment_id>/approve", scope="money:approve", status=200)
def approve_adjustment(call: Call, adjustment_id: Id, body: Nothing) -> AdjustmentAnswer:
    """Approve what another proposed; its money moves at once.

    The scope is one of its own: a token that has it stands in for a second person.
    """
    return _adjustment(approve(call.session, UUID(adjustment_id), actor=call.client.actor, now=call.now))


@routes.post("/adjustments/<adjustment_id>/decline", scope="money:write", status=200)
def decline_adjustment(call: Call, adjustment_id: Id, body: Declining) -> AdjustmentAnswer:
    """Turn down what waits; by the token that proposed it, that withdraws it."""
    return _adjustment(
        decline(call.session, UUID(adjustment_id), note=body.note, actor=call.client.actor, now=call.now)
    )


def _adjustment(seen: AdjustmentSeen) -> AdjustmentAnswer:
    found, decision = seen.adjustment, seen.decision
    return AdjustmentAnswer.model_validate(
        {
            "id": str(found.id),
            "distributor_id": str(found.distributor_id),
            "amount": to_decimal_text(found.amount_minor, found.currency),
            "currency": found.currency,
            "category": found.category,
            "reason": found.reason,
            "reference": found.reference,
            "state": seen.state,
            "second_person": found.second_person,
            "proposed_by": found.proposed_by,
            "proposed_at": found.proposed_at,
            "decision": None
            if decision is None
            else DecisionAnswer(by=decision.actor, at=decision.at, note=decision.note),
        }
    )
