"""Receipts: when the goods of an order arrived, told by a carrier, a shopper or the shop."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from distribution.commission.receipt.confirm import confirm_receipt
from portal.api.call import Call
from portal.api.operation import Routes
from portal.api.types import Answer, ExternalId, Moment, Request, Time

routes = Routes()
ConfirmedBy = Literal["shopper", "carrier", "merchant"]


class NewReceipt(Request):
    """What had been sent of an order by `received_at` had arrived then."""

    order_id: ExternalId
    source: Annotated[
        ExternalId | None,
        Field(description="Of the order: the token's own, if not said; another's takes `money:write`"),
    ] = None
    received_at: Annotated[Moment, Field(description="Between the order's placing and now")]
    confirmed_by: ConfirmedBy


class ReceiptAnswer(Answer):
    """A receipt; `recorded` is false where the same had been said before."""

    order_id: str
    source: str
    received_at: Time
    confirmed_by: ConfirmedBy
    recorded: bool


@routes.post("/receipts", scope="orders:write", problems={404})
def create_receipt(call: Call, body: NewReceipt) -> ReceiptAnswer:
    """Say when an order arrived.

    Where the order's plan has `received_after_days`, the hold of what was sent by then begins with the first receipt.
    What is settled already stays. Saying it again changes nothing.
    """
    source = call.client.source_of(body.source)
    recorded = confirm_receipt(
        call.session,
        source,
        body.order_id,
        received_at=body.received_at,
        confirmed_by=body.confirmed_by,
        actor=call.client.actor,
        now=call.now,
    )
    return ReceiptAnswer.model_validate({**body.model_dump(), "source": source, "recorded": recorded})
