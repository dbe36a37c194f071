"""A distributor's grade and groups."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from distribution.network.grade import set_grade
from distribution.network.groups import set_groups
from portal.api.call import Call
from portal.api.distributor_answer import (
    DistributorWithBalances,
    whole,
)
from portal.api.operation import Routes
from portal.api.types import (
    Id,
    Reason,
    Request,
    Word,
)

Grade = Annotated[Word, Field(max_length=60, examples=["gold"])]
Groups = Annotated[list[Annotated[Word, Field(max_length=60)]], Field(max_length=500, examples=[["press"]])]
routes = Routes()


class NewGrade(Request):
    """A distributor's grade from now on."""

    grade: Annotated[Grade | None, Field(description="One of the program's grades, or null for none")]
    reason: Reason


class NewGroups(Request):
    """All the groups a distributor is in from now on."""

    groups: Annotated[Groups, Field(description="Some of the program's groups, or none")]
    reason: Reason


@routes.put("/distributors/<distributor_id>/grade", scope="distributors:write")
def set_distributor_grade(call: Call, distributor_id: Id, body: NewGrade) -> DistributorWithBalances:
    """Give a distributor another grade, or none.

    From now on; orders placed before keep the grade that held then.
    """
    return whole(
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
    return whole(
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
