"""A distributor's team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from pydantic import Field

from distribution.network import find, team
from distribution.network.tables import Distributor
from distribution.promotion.first_code import first_codes
from portal.api.call import Call
from portal.api.cursor import NextCursor, PageQuery, page_of
from portal.api.distributor_answer import (
    Status,
)
from portal.api.operation import Routes
from portal.api.people import looked_at, naming
from portal.api.types import (
    Answer,
    Id,
    QueryNumber,
    Time,
)

routes = Routes()


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
