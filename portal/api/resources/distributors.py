"""Distributors, what they have, and their teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from distribution.analytics.balances import Balances, balances
from distribution.money import to_decimal_text
from distribution.network import find, listing, team
from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from distribution.network.tables import Distributor
from distribution.promotion.code import new_suffix
from distribution.promotion.first_code import first_codes
from distribution.promotion.recruit import create
from distribution.settings.tokens import PEOPLE, demand
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.operation import Routes
from portal.api.people import looked_at, naming
from portal.api.types import (
    Answer,
    AnyCurrency,
    Id,
    QueryNumber,
    Reason,
    Request,
    SignedAmount,
    Text,
    Time,
    Word,
)

Grade = Annotated[Word, Field(max_length=60, examples=["gold"])]
Groups = Annotated[list[Annotated[Word, Field(max_length=60)]], Field(max_length=500, examples=[["press"]])]
Status = Literal["applied", "active", "suspended", "left", "removed", "rejected"]
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


class NewGrade(Request):
    """A distributor's grade from now on."""

    grade: Annotated[Grade | None, Field(description="One of the program's grades, or null for none")]
    reason: Reason


class NewGroups(Request):
    """All the groups a distributor is in from now on."""

    groups: Annotated[Groups, Field(description="Some of the program's groups, or none")]
    reason: Reason


class BalanceAnswer(Answer):
    """What a distributor has in one currency."""

    currency: AnyCurrency
    pending: Annotated[SignedAmount, Field(description="Earned; its hold period is not over")]
    matured: Annotated[SignedAmount, Field(description="Earned and due in the next settlement")]
    available: Annotated[SignedAmount, Field(description="Settled; can be withdrawn")]
    reserved: Annotated[SignedAmount, Field(description="Asked for, not paid yet")]
    paid: Annotated[SignedAmount, Field(description="Has reached them")]
    debt: Annotated[SignedAmount, Field(description="0 or less: taken back beyond what was available")]


class DistributorAnswer(Answer):
    """A person or company who promotes."""

    id: Id
    code: Annotated[str | None, Field(description="The code they are known by")]
    email: Annotated[str, Field(description="Masked without `people:read`")]
    name: Annotated[str, Field(description="Masked without `people:read`")]
    status: Status
    grade: str | None
    groups: Annotated[list[str], Field(description="In alphabetical order")]
    sponsor_id: Id | None
    depth: Annotated[int, Field(ge=1, description="1: directly below the merchant")]
    created_at: Time
    joined_at: Time | None


class DistributorWithBalances(DistributorAnswer):
    """A distributor and their money."""

    balances: list[BalanceAnswer]


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


class MemberAnswer(Answer):
    """One person of a team."""

    id: Id
    code: str | None
    name: Annotated[str, Field(description="Masked without `people:read`")]
    status: Status
    sponsor_id: Id | None
    joined_at: Time | None


class TeamCounts(Answer):
    """How many members there are at each level."""

    level_1: Annotated[int, Field(ge=0, alias="1")]
    level_2: Annotated[int, Field(ge=0, alias="2")]
    level_3: Annotated[int, Field(ge=0, alias="3")]


class TeamAnswer(Answer):
    """Some members of one level, in the order in which they came."""

    level: Annotated[int, Field(ge=1, le=3)]
    counts: TeamCounts
    members: list[MemberAnswer]
    next_cursor: NextCursor


class TeamQuery(PageQuery):
    """Which part of the team."""

    level: Annotated[int, Field(ge=1, le=3, description="1: recruited by the distributor"), QueryNumber] = 1


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
    return _with_balances(recruit.distributor, recruit.code.code, [], clear=True)


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
        items=[DistributorAnswer(**_facts(person, codes.get(person.id), clear=clear)) for person in page],
        next_cursor=next_cursor,
    )


@routes.get("/distributors/<distributor_id>")
def get_distributor(call: Call, distributor_id: Id) -> DistributorWithBalances:
    """Read a distributor with their balances, one for each currency they ever had anything in.

    Reading name and address in clear takes the scope `people:read` and is noted on the audit log.
    """
    return _whole(call, find.by_id(call.session, distributor_id))


@routes.put("/distributors/<distributor_id>/grade", scope="distributors:write")
def set_distributor_grade(call: Call, distributor_id: Id, body: NewGrade) -> DistributorWithBalances:
    """Give a distributor another grade, or none.

    From now on; orders placed before keep the grade that held then.
    """
    return _whole(
        call,
        set_grade(
            call.session,
            distributor_id,
            grade=body.grade,
            reason=body.reason,
            actor=call.client.actor,
            now=call.now,
        ),
    )


@routes.put("/distributors/<distributor_id>/groups", scope="distributors:write")
def set_distributor_groups(call: Call, distributor_id: Id, body: NewGroups) -> DistributorWithBalances:
    """Put a distributor into exactly these groups.

    From now on; orders placed before keep the groups that held then.
    """
    return _whole(
        call,
        set_groups(
            call.session,
            distributor_id,
            groups=body.groups,
            reason=body.reason,
            actor=call.client.actor,
            now=call.now,
        ),
    )


@routes.get("/distributors/<distributor_id>/team")
def get_team(call: Call, distributor_id: Id, query: TeamQuery) -> TeamAnswer:
    """Read one level of a distributor's team: active and suspended members.

    Reading names in clear takes the scope `people:read` and is noted on the audit log.
    """
    person = find.by_id(call.session, distributor_id)
    found = team.members(
        call.session, person.id, level=query.level, limit=query.limit + 1, after=query.after_id()
    )
    page, next_cursor = page_of(found, query.limit, lambda member: member.id)
    codes = first_codes(call.session, [member.id for member in page])
    counts = {str(level): members for level, members in team.counts(call.session, person.id).items()}
    clear = looked_at(call, page, operation="get_team")
    return TeamAnswer(
        level=query.level,
        counts=TeamCounts.model_validate(counts),
        members=[_member(member, codes, clear=clear) for member in page],
        next_cursor=next_cursor,
    )


def _facts(person: Distributor, code: str | None, *, clear: bool) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "code": code,
        **naming(person, clear=clear),
        "status": person.status,
        "grade": person.grade,
        "groups": person.groups,
        "sponsor_id": None if person.sponsor_id is None else str(person.sponsor_id),
        "depth": person.depth,
        "created_at": person.created_at,
        "joined_at": person.joined_at,
    }


def _whole(call: Call, person: Distributor) -> DistributorWithBalances:
    code = first_codes(call.session, [person.id]).get(person.id)
    held = balances(call.session, person.id, now=call.now)
    return _with_balances(person, code, held, clear=looked_at(call, [person]))


def _with_balances(
    person: Distributor, code: str | None, held: Sequence[Balances], *, clear: bool
) -> DistributorWithBalances:
    return DistributorWithBalances.model_validate(
        {**_facts(person, code, clear=clear), "balances": [_balance(each) for each in held]}
    )


def _balance(held: Balances) -> BalanceAnswer:
    return BalanceAnswer(
        currency=held.currency,
        pending=to_decimal_text(held.pending_minor, held.currency),
        matured=to_decimal_text(held.matured_minor, held.currency),
        available=to_decimal_text(held.available_minor, held.currency),
        reserved=to_decimal_text(held.reserved_minor, held.currency),
        paid=to_decimal_text(held.paid_minor, held.currency),
        debt=to_decimal_text(held.debt_minor, held.currency),
    )


def _member(member: Distributor, codes: Mapping[UUID, str], *, clear: bool) -> MemberAnswer:
    return MemberAnswer.model_validate(
        {
            "id": str(member.id),
            "code": codes.get(member.id),
            "name": naming(member, clear=clear)["name"],
            "status": member.status,
            "sponsor_id": None if member.sponsor_id is None else str(member.sponsor_id),
            "joined_at": member.joined_at,
        }
    )
