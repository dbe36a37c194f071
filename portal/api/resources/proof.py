"""The proof that everything follows from what was recorded."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from distribution.db import transaction
from distribution.proof import prove
from portal.api.call import Call
from portal.api.operation import Routes
from portal.api.types import Answer

routes = Routes()


class DifferenceAnswer(Answer):
    """A row that does not say what the rows it follows from say."""

    check: str
    table: str
    row: str
    expected: str
    found: str


class ProofAnswer(Answer):
    """What was checked and what was found."""

    holds: Annotated[bool, Field(description="No difference was found")]
    checked: Annotated[dict[str, int], Field(description="Rows by table")]
    seal: Annotated[int, Field(description="The newest seal it covers; 0 while nothing was sealed")]
    since_seal: Annotated[
        int | None,
        Field(description="The seal that histories were proven after; null: from their beginning"),
    ]
    differences: list[DifferenceAnswer]


@routes.get("/proof")
def get_proof(call: Call) -> ProofAnswer:
    """Prove snapshots and terms → lines → statements → transfers → balances, and every history.

    Computed while you wait, by code of its own; what `distribution verify --json` prints.
    """
    # One state of the database from its first statement on: a transaction of its own.
    with transaction(call.engine) as session:
        return ProofAnswer.model_validate(prove(session).to_json())
