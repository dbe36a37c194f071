"""Commission plans."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from distribution.commission.plan.built_in import BUILT_IN, BUILT_IN_NUMBER
from distribution.commission.publish import current, document, history, publish
from distribution.commission.tables import PlanVersion
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.types import Amount, Answer, CurrencyCode, Moment, Request, Time

routes = Routes()
Level = Annotated[int, Field(ge=1, le=3)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, description="Hundredths of a percent", examples=[1000])]


class PercentRate(Request):
    """A level earns a part of the base."""

    level: Level
    bps: BasisPoints


class FixedRate(Request):
    """A level earns an amount for each unit."""

    level: Level
    fixed: Amount
    currency: CurrencyCode


def _kind(value: Any) -> str:
    fixed = "fixed" in value if isinstance(value, dict) else hasattr(value, "fixed")
    return "<fixed>" if fixed else "<percent>"


Rate = Annotated[
    Annotated[PercentRate, Tag("<percent>")] | Annotated[FixedRate, Tag("<fixed>")], Discriminator(_kind)
]


class NewPlan(Request):
    """What each level earns, of what, and up to which ceiling."""

    model_config = {"json_schema_extra": {"examples": [{**BUILT_IN, "name": "Spring"}]}}

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\u0000]*$")]
    base: Literal["net", "gross"]
    ceiling_bps: Annotated[BasisPoints, Field(description="The sum of all levels is scaled down to this")]
    hold_days: Annotated[int, Field(ge=0, le=3_650, description="From fulfilment to maturity")]
    rates: Annotated[list[Rate], Field(min_length=1, max_length=3, description="One for a level")]
    effective_at: Annotated[Moment | None, Field(description="At once if left out; never in the past")] = None


class PlanAnswer(Answer):
    """A version of the plan; number 0 is the built-in one, in effect since ever."""

    number: Annotated[int, Field(ge=0)]
    published_at: Time | None
    effective_at: Time | None
    name: str
    base: Literal["net", "gross"]
    ceiling_bps: int
    hold_days: int
    rates: list[PercentRate | FixedRate]


class PlanPage(Answer):
    """Some published versions, the newest first."""

    items: list[PlanAnswer]
    next_cursor: NextCursor


@routes.post("/plans", scope="money:write")
def publish_plan(call: Call, body: NewPlan) -> PlanAnswer:
    """Publish a plan as the next version.

    It holds for orders placed from `effective_at` on; orders recorded before keep the terms they have.
    """
    wanted = body.model_dump(mode="json", exclude={"effective_at"})
    version = publish(
        call.session, wanted, effective_at=body.effective_at, actor=call.client.actor, now=call.now
    )
    return _published(version)


@routes.get("/plans")
def list_plans(call: Call, query: PageQuery) -> PlanPage:
    """List the published versions, newest first."""
    before = query.after_number()
    found = [each for each in history(call.session) if before is None or each.number < before]
    page, next_cursor = page_of(found, query.limit, lambda version: version.number)
    return PlanPage(items=[_published(each) for each in page], next_cursor=next_cursor)


@routes.get("/plans/current")
def get_current_plan(call: Call) -> PlanAnswer:
    """Read the plan in force; the built-in one while none is published."""
    plan = current(call.session, now=call.now)
    if plan.number == BUILT_IN_NUMBER:
        return _answer(document(call.session, plan.number), number=0, published_at=None, effective_at=None)
    return _published(next(each for each in history(call.session) if each.number == plan.number))


def _published(version: PlanVersion) -> PlanAnswer:
    return _answer(
        version.document,
        number=version.number,
        published_at=version.published_at,
        effective_at=version.effective_at,
    )


def _answer(plan: dict[str, Any], **facts: object) -> PlanAnswer:
    return PlanAnswer.model_validate({**plan, **facts})
