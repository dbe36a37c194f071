"""Distributors, and what they have."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from distribution.network import find, listing
from distribution.promotion.code import new_suffix
from distribution.promotion.first_code import first_codes
from distribution.promotion.recruit import create
from distribution.settings.tokens import PEOPLE, demand
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.distributor_answer import (
    DistributorAnswer,
    DistributorWithBalances,
    Status,
    facts,
    whole,
    with_balances,
)
from portal.api.operation import Routes
from portal.api.people import looked_at
from portal.api.resources.ranks import Grade, Groups
from portal.api.types import (
    Answer,
    Id,
    Request,
    Text,
    Word,
)

routes = Routes()


class NewDistributor(Request):
    """Somebody to be added on the merchant's behalf."""

    email: Annotated[Word, Field(json_schema_extra={"format": "email"}, examples=["alice@example.com"])]
    name: Annotated[Word, Field(max_length=120, examples=["Alice Example"])]
    sponsor_code: Annotated[
        Word | None,
        Field(description="A code of their sponsor; without one they are directly below the merchant"),
    ] = None
    code: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9_-]{3,40}$",
            description="Their first referral code; made of their name if left out",
            examples=["ALICE"],
        ),
    ] = None
    status: Literal["applied", "active"] = "active"
    grade: Annotated[Grade | None, Field(description="One of the program's grades")] = None
    groups: Annotated[Groups, Field(description="Some of the program's groups")] = []


class DistributorPage(Answer):
    """Some distributors, newest first."""

    items: list[DistributorAnswer]
    next_cursor: NextCursor


class DistributorsQuery(PageQuery):
    """Which distributors."""

    status: Status | None = None
    email: Annotated[Text | None, Field(max_length=320, description="Whole; takes `people:read`")] = None
    grade: Annotated[Text | None, Field(max_length=60)] = None
    group: Annotated[Text | None, Field(max_length=60)] = None


@routes.post("/distributors", scope="distributors:write")
def create_distributor(call: Call, body: NewDistributor) -> DistributorWithBalances:
    """Add a distributor.

    By default active at once, whatever the program asks of those who apply themselves.
    """
    recruit = create(
        call.session,
        email=body.email,
        name=body.name,
        sponsor_code=body.sponsor_code,
        code=body.code,
        status=body.status,
        grade=body.grade,
        groups=body.groups,
        source="api",
        suffix=new_suffix(),
        actor=call.client.actor,
        now=call.now,
    )
    # Who it is has just been said by the client.
    return with_balances(recruit.distributor, recruit.code.code, [], clear=True)


@routes.get("/distributors")
def list_distributors(call: Call, query: DistributorsQuery) -> DistributorPage:
    """List distributors, newest first.

    Reading names and addresses in clear takes the scope `people:read` and is noted on the audit log.
    """
    if query.email is not None:
        # Whoever may ask for an address learns whose it is.
        demand(call.client.scopes, PEOPLE)
    found = listing.everybody(
        call.session,
        limit=query.limit + 1,
        before=query.after_id(),
        status=query.status,
        email=query.email,
        grade=query.grade,
        group=query.group,
    )
    page, next_cursor = page_of(found, query.limit, lambda person: person.id)
    codes = first_codes(call.session, [person.id for person in page])
    clear = looked_at(call, page, operation="list_distributors")
    return DistributorPage(
        items=[DistributorAnswer(**facts(person, codes.get(person.id), clear=clear)) for person in page],
        next_cursor=next_cursor,
    )


@routes.get("/distributors/<distributor_id>")
def get_distributor(call: Call, distributor_id: Id) -> DistributorWithBalances:
    """Read a distributor with their balances, one for each currency they ever had anything in.

    Reading name and address in clear takes the scope `people:read` and is noted on the audit log.
    """
    return whole(call, find.by_id(call.session, distributor_id))
