"""The shape of a plan document: its fields, types and ranges, and from them the published JSON Schema.

What one field says about another (`fixed` needs `currency`) is checked in `parse`, which can name the very path.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema

WHOLE_BPS = 10_000
MOST_RATES, MOST_CAMPAIGNS, MOST_CAPS, MOST_STEPS, MOST_NAMED = 5_000, 500, 20, 20, 1_000
MOST_RECEIPT_DAYS = 180
MOST_GRADES = 50

Bps = Annotated[int, Field(ge=0, le=WHOLE_BPS)]
Level = Annotated[int, Field(ge=1, le=3)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\u0000]*[^\s\u0000][^\u0000]*$")
]
Amount = Annotated[str, Field(max_length=40, description="Decimal amount as text, never negative")]
HoldDays = Annotated[int, Field(ge=0, le=3_650)]
CurrencyCode = Annotated[str, Field(min_length=3, max_length=3, description="ISO 4217 code")]
Moment = Annotated[str, Field(max_length=40, json_schema_extra={"format": "date-time"})]
Period = Literal["month", "quarter", "year"]
_Key = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Keys = Annotated[
    list[_Key],
    BeforeValidator(_as_list),
    Field(min_length=1, max_length=MOST_NAMED),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 255},
                {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1, "maxLength": 255},
                    "minItems": 1,
                    "maxItems": MOST_NAMED,
                    "uniqueItems": True,
                },
            ]
        }
    ),
]
"""One text or a list of texts; always a list once read."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """What does not matter is left out of a document, never null: the schema says so as `shape` does."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        for name, value in schema.get("properties", {}).items():
            if value.get("default", ...) is None:
                schema["properties"][name] = _without_null(value)
        return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    some = [each for each in schema["anyOf"] if each != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    return {**rest, **some[0]} if len(some) == 1 else {**rest, "anyOf": some}


class AmountFrom(_Part):
    """An amount in its currency."""

    amount: Amount
    currency: CurrencyCode


class SelectorDocument(_Part):
    """What a rate or campaign applies to; what is left out does not matter."""

    variant: Keys | None = None
    product: Keys | None = None
    collection: Keys | None = None
    category: Keys | None = None
    distributor: Keys | None = None
    group: Keys | None = None
    grade: Keys | None = None
    channel: Keys | None = None
    stage: Literal["new", "slow", "best_selling"] | None = None
    order_from: AmountFrom | None = None
    customer: Literal["first", "repeat"] | None = None
    priority: Annotated[int, Field(ge=0, le=1_000)] = 0


class StepDocument(_Part):
    """From which sales on a tier pays how much."""

    from_: Annotated[Amount, Field(alias="from")]
    bps: Bps


class TiersDocument(_Part):
    """A rate that rises with sales."""

    by: Literal["own", "team"]
    period: Period
    mode: Literal["marginal", "whole"]
    currency: CurrencyCode
    steps: Annotated[list[StepDocument], Field(min_length=1, max_length=MOST_STEPS)]


class RateDocument(SelectorDocument):
    """What one level earns: exactly one of `bps`, `fixed` with `currency`, and `tiers`."""

    level: Level
    bps: Bps | None = None
    fixed: Amount | None = None
    currency: CurrencyCode | None = None
    tiers: TiersDocument | None = None


class CampaignDocument(SelectorDocument):
    """A dated change of rates: exactly one of `multiplier_bps`, `bps`, and `fixed` with `currency`."""

    name: Name
    from_: Annotated[Moment, Field(alias="from")]
    to: Moment
    levels: Annotated[list[Level], Field(min_length=1, max_length=3)] = [1, 2, 3]
    multiplier_bps: Annotated[int, Field(ge=0, le=10 * WHOLE_BPS)] | None = None
    bps: Bps | None = None
    fixed: Amount | None = None
    currency: CurrencyCode | None = None
    stacks: bool = False


class CapDocument(AmountFrom):
    """The most that a line, an order, or a distributor in a period may come to."""

    per: Literal["line", "order", "distributor"]
    period: Period | None = None


class OwnSalesDocument(AmountFrom):
    """Sales of one's own in a period, at least."""

    period: Period


class ConditionDocument(_Part):
    """What somebody above the seller must have reached to earn at a level."""

    level: Annotated[int, Field(ge=2, le=3)]
    grades: Annotated[list[_Key], Field(min_length=1, max_length=MOST_GRADES)] | None = None
    own_sales: OwnSalesDocument | None = None


class UplinesDocument(_Part):
    """Who above the seller earns."""

    unqualified: Literal["keep", "compress"] = "keep"
    conditions: Annotated[list[ConditionDocument], Field(max_length=2)] = []


class CustomerLimitDocument(_Part):
    """How long a shopper keeps paying: either or both."""

    months: Annotated[int, Field(ge=1, le=1_200)] | None = None
    orders: Annotated[int, Field(ge=1, le=100_000)] | None = None


class MarginDocument(_Part):
    """What the shop keeps of a line's net price after its cost and all commission, at least."""

    least_bps: Bps


class PlanDocument(_Part):
    """A commission plan."""

    name: Name
    base: Literal["net", "gross"] = "net"
    discounts: Literal["after", "before"] = "after"
    shipping: Literal["exclude", "include"] = "exclude"
    gift_cards: Literal["exclude", "pay"] = "exclude"
    ceiling_bps: Bps
    hold_days: HoldDays
    hold_days_by_grade: (
        Annotated[dict[_Key, HoldDays], Field(min_length=1, max_length=MOST_GRADES)] | None
    ) = None
    received_after_days: (
        Annotated[
            int,
            Field(
                ge=1,
                le=MOST_RECEIPT_DAYS,
                description="The hold begins when the goods are received, so many days after they were sent at the "
                "latest; without it, when they are sent",
            ),
        ]
        | None
    ) = None
    self_purchase: Literal["pay", "skip", "sponsor"] | None = None
    margin: MarginDocument | None = None
    rates: Annotated[list[RateDocument], Field(min_length=1, max_length=MOST_RATES)]
    campaigns: Annotated[list[CampaignDocument], Field(max_length=MOST_CAMPAIGNS)] = []
    caps: Annotated[list[CapDocument], Field(max_length=MOST_CAPS)] = []
    uplines: UplinesDocument = UplinesDocument()
    customer_limit: CustomerLimitDocument | None = None


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a plan document."""
    schema = PlanDocument.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Commission plan"}
