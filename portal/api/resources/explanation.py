"""Why an order pays whom how much."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from distribution.analytics.explanation.order import OrderExplanation
from distribution.analytics.explanation.people import Position, Refusal
from distribution.analytics.explanation.read import explanation_of
from distribution.commission.publish import document
from distribution.money import to_decimal_text
from portal.api.call import Call
from portal.api.explained import LevelAnswer, level_answer
from portal.api.operation import Routes
from portal.api.types import Answer, AnyCurrency, ExternalId, Id, QueryNumber, Request, SignedAmount, Time

routes = Routes()


class ExplanationQuery(Request):
    """How much of it."""

    line_id: Annotated[ExternalId | None, Field(description="Of one line only")] = None
    most_lost: Annotated[
        int, QueryNumber, Field(ge=0, le=200, description="Rules named that lost, for each line and level")
    ] = 20


class PlanRef(Answer):
    """The version whose rules hold for the order; 0 is the built-in plan."""

    number: Annotated[int, Field(ge=0)]
    name: str


class Refused(Answer):
    """Why somebody did not qualify for a level."""

    level: Annotated[int, Field(ge=2, le=3)]
    reason: Literal["inactive", "grade", "own_sales"]


class ChainMember(Answer):
    """Somebody of the chain as of the order's placing; only facts that the plan asks for are kept."""

    place: Annotated[int, Field(ge=1, le=3, description="1 is the seller")]
    distributor_id: Id
    active: bool
    grade: str | None
    groups: list[str]
    sales: dict[str, SignedAmount]
    earned: dict[str, SignedAmount]
    earns: Annotated[int | None, Field(ge=1, le=3, description="The level")]
    passed_up: Annotated[bool, Field(description="Nobody nearer to the sale qualified for that level")]
    refused: list[Refused]


class Unearned(Answer):
    """A level that the merchant keeps."""

    level: Annotated[int, Field(ge=2, le=3)]
    why: Literal["nobody_there", "kept", "past_the_third"]


class OrderFacts(Answer):
    """What was known of the shopper when the terms were frozen."""

    had_bought_before: bool
    credited_orders: Annotated[int, Field(description="Earlier paid orders credited to the same seller")]
    credited_since: Time | None


class ExplainedLine(Answer):
    """One line with its three levels."""

    line_id: str
    product_id: str | None
    stage: str | None
    levels: list[LevelAnswer]


class Explanation(Answer):
    """Why an order pays whom how much, recomputed from what was frozen; `plan` is null while it is a draft."""

    order_id: str
    currency: AnyCurrency | None
    plan: PlanRef | None
    facts: OrderFacts | None
    chain: list[ChainMember]
    unearned: list[Unearned]
    lines: list[ExplainedLine]


@routes.get("/orders/<order:order_id>/explanation", scopes=("orders:write", "read"))
def explain_order(call: Call, order_id: ExternalId, query: ExplanationQuery) -> Explanation:
    """Read why an order pays whom how much.

    For every line and level: the rule that won, those that lost and why, the campaigns, each limit and the exact
    arithmetic. Rules that do not fit are told of the first 20 lines, or of the line that is asked for. Superseded
    terms are left out.
    """
    explained = explanation_of(call.session, call.client.source, order_id, query.line_id)
    if explained is None:
        return Explanation(
            order_id=order_id, currency=None, plan=None, facts=None, chain=[], unearned=[], lines=[]
        )
    return _answer(order_id, explained, document(call.session, explained.plan_number), query)


def _answer(
    order_id: str, explained: OrderExplanation, plan: dict[str, Any], query: ExplanationQuery
) -> Explanation:
    currency, facts = explained.currency, explained.facts
    return Explanation(
        order_id=order_id,
        currency=currency,
        plan=PlanRef(number=explained.plan_number, name=explained.plan_name),
        facts=OrderFacts(
            had_bought_before=facts.repeat,
            credited_orders=facts.credited_orders,
            credited_since=facts.credited_since,
        ),
        chain=[_member(each, currency) for each in explained.travelled.positions],
        unearned=[
            Unearned(level=level, why=why) for level, why in sorted(explained.travelled.vacancies.items())
        ],
        lines=[
            ExplainedLine(
                line_id=line.line.id,
                product_id=line.line.product_id,
                stage=line.stage,
                levels=[
                    level_answer(level, plan, currency, most_lost=query.most_lost) for level in line.levels
                ],
            )
            for line in explained.lines
            if query.line_id in (None, line.line.id)
        ],
    )


def _member(position: Position, currency: str) -> ChainMember:
    person = position.person
    return ChainMember(
        place=position.place,
        distributor_id=str(person.id),
        active=person.active,
        grade=person.grade,
        groups=sorted(person.groups),
        sales={name: to_decimal_text(minor, currency) for name, minor in person.sales.items()},
        earned={name: to_decimal_text(minor, currency) for name, minor in person.earned.items()},
        earns=position.earns,
        passed_up=position.passed_up,
        refused=[_refused(each) for each in position.refusals],
    )


def _refused(refusal: Refusal) -> Refused:
    return Refused.model_validate({"level": refusal.level, "reason": refusal.reason})
