"""Orders of other shops and points of sale, and what they bring."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from distribution.commission.accrue import accrue
from distribution.commission.answer import order_answer
from distribution.errors import Conflict
from distribution.money import to_decimal_text
from distribution.orders.document import MOST_LINES, parse
from distribution.orders.listing import orders_of
from distribution.orders.tables import Order
from distribution.orders.values import LARGEST_QUANTITY
from distribution.privacy.hashing import shopper_key
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.types import (
    Amount,
    Answer,
    AnyCurrency,
    CurrencyCode,
    ExternalId,
    Id,
    LongText,
    Moment,
    Request,
    SignedAmount,
    Text,
    Time,
    Word,
)

routes = Routes()
Units = Annotated[int, Field(ge=0, le=LARGEST_QUANTITY)]
EXAMPLE: JsonDict = {
    "number": "1001",
    "channel": "default",
    "currency": "USD",
    "observed_at": "2026-11-22T06:37:17Z",
    "placed_at": "2026-11-22T06:30:00Z",
    "status": "open",
    "customer": {"id": "u-7", "email": "buyer@example.com"},
    "country": "US",
    "referral_code": "ALICE",
    "click_id": None,
    "voucher_code": None,
    "total": "88.55",
    "collected": "88.55",
    "given_back": "0.00",
    "shipping": {"net": "5.00", "gross": "5.50"},
    "lines": [
        {
            "id": "l-1",
            "sku": "LAB-A",
            "name": "Lab tee",
            "product_id": "p-1",
            "variant_id": "v-1",
            "category_ids": ["c-2", "c-1"],
            "collection_ids": [],
            "quantity": 2,
            "fulfilled": 1,
            "returned": 0,
            "net": "40.00",
            "gross": "44.00",
            "undiscounted": {"net": "50.00", "gross": "55.00"},
            "cost": "18.00",
            "gift_card": False,
        }
    ],
}


class Customer(Request):
    """The shopper; the e-mail address is kept only as a keyed hash."""

    id: Text | None = None
    email: Text | None = None


class Price(Request):
    """A price without and with tax."""

    net: Amount
    gross: Annotated[Amount, Field(description="Not less than `net`")]


class Line(Request):
    """One line; amounts are the line's totals after every discount."""

    id: Word
    sku: Text | None = None
    name: Text | None = None
    product_id: Text | None = None
    variant_id: Text | None = None
    category_ids: Annotated[
        list[Word], Field(max_length=100, description="The product's category, then those above it")
    ] = []
    collection_ids: Annotated[list[Word], Field(max_length=100)] = []
    quantity: Units
    fulfilled: Annotated[Units, Field(description="Units delivered; a replaced unit counts")]
    returned: Annotated[Units, Field(description="Units that came back, none of them among `fulfilled`")]
    net: Amount
    gross: Annotated[Amount, Field(description="Not less than `net`")]
    undiscounted: Annotated[
        Price | None, Field(description="The line's total before every discount; what it cost, if not said")
    ] = None
    cost: Annotated[
        Amount | None, Field(description="What all its units cost the shop; unknown, if not said")
    ] = None
    gift_card: Annotated[bool, Field(description="The line sells a gift card")] = False
    fulfilled_at: Annotated[
        Moment | None, Field(description="Otherwise the first time the line is seen fulfilled")
    ] = None


class OrderState(Request):
    """The whole of an order as it is now."""

    model_config = {"json_schema_extra": {"examples": [EXAMPLE]}}

    number: Word
    channel: Word
    currency: CurrencyCode
    observed_at: Annotated[
        Moment, Field(description="When this was the state; at most five minutes ahead of our clock")
    ]
    placed_at: Moment
    status: Annotated[
        Literal["draft", "open", "cancelled"],
        Field(description="`draft` is also unconfirmed, `cancelled` also expired"),
    ]
    replacement_of: Annotated[Text | None, Field(description="The order it replaces")] = None
    customer: Customer | None = None
    country: Text | None = None
    referral_code: LongText | None = None
    click_id: LongText | None = None
    voucher_code: LongText | None = None
    total: Amount
    collected: Annotated[Amount, Field(description="Ever paid in")]
    given_back: Annotated[
        Amount, Field(description="Of the goods, gross, every way money went back; overpayment is none of it")
    ]
    shipping: Annotated[
        Price | None, Field(description="Part of `total` and of no line; nothing, if not said")
    ] = None
    lines: Annotated[list[Line], Field(max_length=MOST_LINES)]


class Attribution(Answer):
    """Whose order it is, and why."""

    distributor_id: Id | None
    reason: str
    detail: str


class ShareAnswer(Answer):
    """One level's claim on one line."""

    line_id: str
    level: Annotated[int, Field(ge=1, le=3)]
    distributor_id: Id
    rate_bps: int
    accrued: Annotated[SignedAmount, Field(description="The sum of what is recorded for this share")]
    potential: Annotated[
        SignedAmount, Field(description="What it becomes if all that is not returned is delivered and paid")
    ]
    currency: AnyCurrency


class OrderCommission(Answer):
    """What an order brings to whom."""

    order_id: str
    paid: bool
    attribution: Attribution
    shares: list[ShareAnswer]


class OrderRow(Answer):
    """An order in a list."""

    order_id: str
    number: str
    channel: str
    status: Literal["draft", "open", "cancelled"]
    paid: bool
    total: SignedAmount
    currency: AnyCurrency
    placed_at: Time
    observed_at: Time
    distributor_id: Id | None
    reason: str | None


class OrderPage(Answer):
    """Some orders of the token's source."""

    items: list[OrderRow]
    next_cursor: NextCursor


class OrdersQuery(PageQuery):
    """Which orders."""

    distributor_id: Annotated[Id | None, Field(description="Of one seller")] = None


@routes.put("/orders/<order:order_id>", scope="orders:write", problems={409})
def put_order(call: Call, order_id: ExternalId, body: OrderState) -> OrderCommission:
    """Record an order's latest state and read its commission.

    A state older than the recorded one changes nothing and gets the current answer; another state of the same
    moment is a conflict (409). Order ids are scoped to the token's source.
    """
    snapshot = parse(
        body.model_dump(mode="json"),
        order_id=order_id,
        source=call.client.source,
        hash_key=shopper_key(call.session),
        now=call.now,
    )
    (recorded,) = accrue(call.session, [snapshot], now=call.now)
    if recorded.effect == "conflict":
        raise Conflict("another state of the same moment is recorded", field="observed_at")
    return get_order(call, order_id)


@routes.get("/orders", scopes=("orders:write", "read"))
def list_orders(call: Call, query: OrdersQuery) -> OrderPage:
    """List the orders of the token's source, the last to become known first."""
    seller_id = None if query.distributor_id is None else UUID(query.distributor_id)
    found = orders_of(
        call.session,
        call.client.source,
        limit=query.limit + 1,
        before=query.after_number(),
        distributor_id=seller_id,
    )
    page, next_cursor = page_of(found, query.limit, lambda order: order.id)
    return OrderPage(items=[_row(order) for order in page], next_cursor=next_cursor)


@routes.get("/orders/<order:order_id>", scopes=("orders:write", "read"))
def get_order(call: Call, order_id: ExternalId) -> OrderCommission:
    """Read an order's commission."""
    answer = order_answer(call.session, call.client.source, order_id)
    return OrderCommission.model_validate(answer.to_json())


def _row(order: Order) -> OrderRow:
    return OrderRow.model_validate(
        {
            "order_id": order.external_id,
            "number": order.number,
            "channel": order.channel,
            "status": order.status,
            "paid": order.paid,
            "total": to_decimal_text(order.total_minor, order.currency),
            "currency": order.currency,
            "placed_at": order.placed_at,
            "observed_at": order.observed_at,
            "distributor_id": None if order.distributor_id is None else str(order.distributor_id),
            "reason": order.reason,
        }
    )
