"""Reviews: when commission of an order or a distributor matures, decided by somebody and never changed."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from distribution.analytics.console_reviews import ReviewRow, decision, decisions, order_known_as
from distribution.commission.review.decide import review
from distribution.commission.review.moving import Subject
from distribution.commission.review.tables import LONGEST_REASON
from distribution.errors import InvalidInput
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.types import Answer, ExternalId, Id, Moment, Request, Time

routes = Routes()
Decision = Literal["hold", "until", "by", "release"]
Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_REASON, pattern=r"^[^\u0000]*[^\s\u0000][^\u0000]*$"),
]


class NewReview(Request):
    """What is decided about an order, by its source and id there, or about a distributor."""

    order_id: ExternalId | None = None
    source: Annotated[ExternalId | None, Field(description="Of the order: the token's own, if not said")] = (
        None
    )
    distributor_id: Id | None = None
    decision: Annotated[
        Decision,
        Field(
            description="`hold` until it is released, `until` or `by` a moment, `release`: when the plan says"
        ),
    ]
    moment: Annotated[Moment | None, Field(description="Of `until` and `by`, and only of them")] = None
    reason: Reason


class ReviewAnswer(Answer):
    """A decision; the newest of an order or a distributor stands."""

    number: int
    order_number: str | None
    distributor_id: Id | None
    decision: Decision
    moment: Time | None
    reason: str
    decided_by: str
    decided_at: Time


class ReviewsQuery(PageQuery):
    """Which decisions."""

    stands: Annotated[
        Literal["only", "all"], Field(description="`only` the newest of each, releases left out")
    ] = "all"


class ReviewAnswers(Answer):
    """Some decisions, newest first."""

    items: list[ReviewAnswer]
    next_cursor: NextCursor


@routes.post("/reviews", scope="money:write", problems={404})
def create_review(call: Call, body: NewReview) -> ReviewAnswer:
    """Hold the commission of an order or a distributor, let it mature earlier, or release it.

    It bears on what is not settled yet, and on what comes later. What is held is in no settlement.
    """
    if (body.order_id is None) == (body.distributor_id is None):
        raise InvalidInput("order_id: name either an order or a distributor", field="order_id")
    subject = (
        order_known_as(call.session, call.client.source_of(body.source), body.order_id)
        if body.order_id is not None
        else Subject(distributor_id=UUID(body.distributor_id))
    )
    decided = review(
        call.session,
        subject,
        decision=body.decision,
        moment=body.moment,
        reason=body.reason,
        actor=call.client.actor,
        now=call.now,
    )
    return _answer(decision(call.session, decided.number))


@routes.get("/reviews")
def list_reviews(call: Call, query: ReviewsQuery) -> ReviewAnswers:
    """List decisions, newest first."""
    found = decisions(
        call.session,
        only_standing=query.stands == "only",
        limit=query.limit + 1,
        before=query.after_number(),
    )
    page, next_cursor = page_of(found, query.limit, lambda row: row.number)
    return ReviewAnswers(items=[_answer(each) for each in page], next_cursor=next_cursor)


def _answer(row: ReviewRow) -> ReviewAnswer:
    return ReviewAnswer.model_validate(
        {
            "number": row.number,
            "order_number": row.order_number,
            "distributor_id": None if row.distributor_id is None else str(row.distributor_id),
            "decision": row.decision,
            "moment": row.moment,
            "reason": row.reason,
            "decided_by": row.actor,
            "decided_at": row.at,
        }
    )
