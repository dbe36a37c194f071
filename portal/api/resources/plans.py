"""Commission plans: the document of docs/plans.md, published, checked and read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    RootModel,
    ValidationError,
    model_validator,
)

from distribution.analytics.plan_warnings import warnings_of
from distribution.commission import publish as plans
from distribution.commission.plan.built_in import BUILT_IN, BUILT_IN_NUMBER
from distribution.commission.plan.document import PlanDocument, json_schema
from distribution.commission.plan.parse import parse
from distribution.commission.tables import PlanVersion
from distribution.errors import NotFound
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.types import Answer, Moment, Request, Time

routes = Routes()
VersionNumber = Annotated[int, Field(ge=0, le=2**31 - 1)]
EXAMPLE: dict[str, Any] = {
    "name": "Spring",
    "ceiling_bps": 2500,
    "hold_days": 14,
    "rates": [
        {"level": 1, "bps": 1000},
        {"level": 2, "fixed": "1.50", "currency": "USD"},
        {"level": 1, "bps": 300, "category": ["electronics"]},
    ],
    "campaigns": [
        {
            "name": "Double week",
            "from": "2026-12-01T00:00:00+00:00",
            "to": "2026-12-08T00:00:00+00:00",
            "multiplier_bps": 20_000,
            "levels": [1],
        }
    ],
    "caps": [{"per": "order", "amount": "200.00", "currency": "USD"}],
}


class CheckedPlan(PlanDocument, Request):
    """A plan document as docs/plans.md has it: what each level earns, of what, and up to which ceiling."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    _sent: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _remember(cls, value: Any, handler: ModelWrapValidatorHandler[CheckedPlan]) -> CheckedPlan:
        try:
            found = handler(value)
        except ValidationError:
            # What is wrong is said in the same words, by the same path, wherever a plan comes from.
            if isinstance(value, Mapping):
                parse({name: part for name, part in value.items() if name != "effective_at"})
            raise
        if isinstance(value, Mapping):
            found._sent = dict(value)
        return found

    def document(self) -> dict[str, Any]:
        """The plan as it was sent: it is published word for word."""
        return {name: value for name, value in self._sent.items() if name != "effective_at"}


class NewPlan(CheckedPlan):
    """A plan document to be published."""

    effective_at: Annotated[Moment | None, Field(description="At once if left out; never in the past")] = None


class _AsWritten(BaseModel):
    """Answers with the fields that the document has: what it leaves out is not null."""

    def model_dump_json(self, **options: Any) -> str:
        return super().model_dump_json(**{**options, "exclude_unset": True})


class PlanAnswer(_AsWritten, PlanDocument, Answer):
    """A version of the plan; number 0 is the built-in one, in effect since ever."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    number: Annotated[int, Field(ge=0)]
    published_at: Time | None
    effective_at: Time | None


class PlanPage(_AsWritten, Answer):
    """Some published versions, the newest first."""

    items: list[PlanAnswer]
    next_cursor: NextCursor


class PlanWarning(Answer):
    """Something that is allowed and seldom meant."""

    code: Annotated[str, Field(description="Stable, for programs", examples=["rate_never_wins"])]
    field: Annotated[
        str,
        Field(
            description="Its path in the document, or `effective_at`: when it holds", examples=["rates[3]"]
        ),
    ]


class PlanCheck(Answer):
    """A plan that could be published now."""

    rates: int
    campaigns: int
    caps: int
    warnings: list[PlanWarning]


class PlanSchema(RootModel[dict[str, Any]], Answer):
    """A JSON Schema, draft 2020-12."""


@routes.post("/plans", scope="money:write")
def publish_plan(call: Call, body: NewPlan) -> PlanAnswer:
    """Publish a plan as the next version.

    It holds for orders placed from `effective_at` on; orders recorded before keep the terms they have.
    """
    version = plans.publish(
        call.session,
        body.document(),
        effective_at=body.effective_at,
        actor=call.client.actor,
        now=call.now,
    )
    return _published(version)


@routes.post("/plans/check", scope="read", status=200)
def check_plan(call: Call, body: CheckedPlan) -> PlanCheck:
    """Check a plan without publishing it.

    A plan that would be refused is answered as if it were published. `overtakes_planned`: published at once, it would
    keep a version that is planned for later from ever being in effect.
    """
    plan = plans.check(call.session, body.document())
    found = [PlanWarning(code=each.code, field=each.path) for each in warnings_of(plan, now=call.now)]
    if plans.overtaken(call.session, effective_at=call.now, now=call.now):
        found.append(PlanWarning(code="overtakes_planned", field="effective_at"))
    return PlanCheck(
        rates=len(plan.rates),
        campaigns=len(plan.campaigns),
        caps=len(plan.caps),
        warnings=found,
    )


@routes.get("/plans")
def list_plans(call: Call, query: PageQuery) -> PlanPage:
    """List the published versions, newest first."""
    before = query.after_number()
    found = [each for each in plans.history(call.session) if before is None or each.number < before]
    page, next_cursor = page_of(found, query.limit, lambda version: version.number)
    return PlanPage(items=[_published(each) for each in page], next_cursor=next_cursor)


@routes.get("/plans/current")
def get_current_plan(call: Call) -> PlanAnswer:
    """Read the plan in force; the built-in one while none is published."""
    return _version(call, plans.current(call.session, now=call.now).number)


@routes.get("/plans/schema.json", public=True)
def get_plan_schema() -> PlanSchema:
    """Read the JSON Schema of a plan document; no token is needed."""
    return PlanSchema(json_schema())


@routes.get("/plans/<int:number>")
def get_plan(call: Call, number: VersionNumber) -> PlanAnswer:
    """Read one version; number 0 is the built-in one."""
    return _version(call, number)


def _version(call: Call, number: int) -> PlanAnswer:
    if number == BUILT_IN_NUMBER:
        return _answer(BUILT_IN, number=number, published_at=None, effective_at=None)
    version = plans.by_number(call.session, number)
    if version is None:
        raise NotFound(f"there is no version {number}", number=number)
    return _published(version)


def _published(version: PlanVersion) -> PlanAnswer:
    return _answer(
        version.document,
        number=version.number,
        published_at=version.published_at,
        effective_at=version.effective_at,
    )


def _answer(document: Mapping[str, Any], **facts: object) -> PlanAnswer:
    return PlanAnswer.model_validate({**document, **facts})
