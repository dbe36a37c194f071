"""Shoppers another storefront knows: their visits and sign-ups, which may bind them to a distributor."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from distribution.orders.arrive import arrive
from portal.api.call import Call
from portal.api.operation import Routes
from portal.api.types import Answer, Moment, Request, Text, Time, Word

routes = Routes()


class NewArrival(Request):
    """A shopper who is known by e-mail visited through a link, or signed up."""

    occasion: Literal["visit", "sign_up"]
    email: Annotated[Word, Field(description="Kept only as a keyed hash", examples=["buyer@example.com"])]
    code: Annotated[Text | None, Field(examples=["ALICE"])] = None
    click: Annotated[Text | None, Field(description="What `POST /clicks` or the link gave")] = None
    at: Annotated[Moment | None, Field(description="When it happened; now, if not said")] = None


class ArrivalAnswer(Answer):
    """Whose the shopper is, and why."""

    bound: Annotated[bool, Field(description="This call bound the shopper")]
    distributor_id: Annotated[str | None, Field(description="Whom the policy chose")]
    reason: str
    detail: str
    since: Annotated[Time | None, Field(description="When the new binding begins")]
    until: Annotated[Time | None, Field(description="When it ends by itself; never, if null")]


@routes.post("/customers", scope="orders:write")
def create_arrival(call: Call, body: NewArrival) -> ArrivalAnswer:
    """Tell of a shopper's visit or sign-up.

    Whether it binds them is for the program's policy to say: at the first visit, at sign-up, at the first order or
    never. The same again changes nothing.
    """
    arrival = arrive(
        call.session,
        occasion=body.occasion,
        email=body.email,
        code=body.code,
        click_id=body.click,
        at=body.at or call.now,
        actor=call.client.actor,
        now=call.now,
    )
    decision, binding = arrival.decision, arrival.binding
    return ArrivalAnswer(
        bound=binding is not None,
        distributor_id=decision.distributor_id and str(decision.distributor_id),
        reason=decision.reason,
        detail=decision.detail,
        since=binding and binding.effective_at,
        until=binding and binding.ends_at,
    )
