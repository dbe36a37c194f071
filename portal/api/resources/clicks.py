"""Clicks that another storefront counted."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from distribution.db import new_id
from distribution.errors import InvalidInput
from distribution.privacy.hashing import address_hash, shopper_key
from distribution.promotion.clicks import Visit, record_clicks
from distribution.promotion.code import code_key
from distribution.promotion.codes import resolve
from portal.api.call import Call
from portal.api.operation import Routes
from portal.api.types import Answer, IpAddress, LongText, Request, Word

routes = Routes()


class NewClick(Request):
    """A shopper followed a referral link."""

    code: Annotated[Word, Field(examples=["ALICE"])]
    url: Annotated[LongText | None, Field(description="Where they landed")] = None
    ip: Annotated[IpAddress | None, Field(description="Kept only as a keyed hash")] = None
    user_agent: LongText | None = None


class ClickAnswer(Answer):
    """What to put into the order as `click_id`."""

    click: str
    counted: Annotated[bool, Field(description="False for programs and for repeats within half an hour")]


@routes.post("/clicks", scope="orders:write")
def create_click(call: Call, body: NewClick) -> ClickAnswer:
    """Count a click.

    A repeat is answered with the click it repeats. The code must lead to an active distributor.
    """
    found = resolve(call.session, [body.code]).get(code_key(body.code))
    if found is None or not found.active:
        raise InvalidInput("code: belongs to no active distributor", field="code")
    key = shopper_key(call.session)
    visit = Visit(
        id=new_id().hex,
        code=body.code,
        at=call.now,
        url=body.url,
        ip_hash=address_hash(key, body.ip) if body.ip else None,
        user_agent=body.user_agent,
    )
    click = record_clicks(call.session, [visit]).get(visit.id)
    return ClickAnswer(click=click or visit.id, counted=click == visit.id)
