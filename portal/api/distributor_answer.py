"""What the API says of a distributor, and of what they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from distribution.analytics.balances import Balances, balances
from distribution.money import to_decimal_text
from distribution.network.tables import Distributor
from distribution.promotion.first_code import first_codes
from portal.api.call import Call
from portal.api.people import looked_at, naming
from portal.api.types import (
    Answer,
    AnyCurrency,
    Id,
    SignedAmount,
    Time,
)

Status = Literal["applied", "active", "suspended", "left", "removed", "rejected"]


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


def whole(call: Call, person: Distributor) -> DistributorWithBalances:
    """A distributor with their balances; that name and address were read in clear is noted on the audit log."""
    code = first_codes(call.session, [person.id]).get(person.id)
    held = balances(call.session, person.id, now=call.now)
    return with_balances(person, code, held, clear=looked_at(call, [person]))


def with_balances(
    person: Distributor, code: str | None, held: Sequence[Balances], *, clear: bool
) -> DistributorWithBalances:
    """A distributor with these balances; name and address are masked unless `clear`."""
    return DistributorWithBalances.model_validate(
        {**facts(person, code, clear=clear), "balances": [_balance(each) for each in held]}
    )


def facts(person: Distributor, code: str | None, *, clear: bool) -> dict[str, Any]:
    """The fields of DistributorAnswer; name and address are masked unless `clear`."""
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
