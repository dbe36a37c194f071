"""The proof that everything follows from what was recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import text

from distribution.db import transaction
from distribution.proof import prove
from distribution.proof.keep import kept_since
from portal.api.call import Call
from portal.api.operation import Routes
from portal.api.types import Answer, QueryNumber, Request, Time

routes = Routes()
# A large program takes longer than any page may, and the transaction of the request waits idle meanwhile.
_PATIENCE = text("SET LOCAL statement_timeout = '2h'; SET LOCAL idle_in_transaction_session_timeout = '2h'")
_YEAR_SECONDS = 366 * 24 * 60 * 60


class ProofQuery(Request):
    """How old the answer may be."""

    max_age: Annotated[
        int | None,
        Field(
            ge=0,
            le=_YEAR_SECONDS,
            description="Answer the newest proof that a job or somebody in the console had made within so many "
            "seconds, if there is one, rather than prove everything while you wait",
        ),
        QueryNumber,
    ] = None


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
    proven_at: Annotated[Time, Field(description="When it was proven")]


@routes.get("/proof")
def get_proof(call: Call, query: ProofQuery) -> ProofAnswer:
    """Prove snapshots and terms → lines → statements → transfers → balances, and every history.

    Computed while you wait, by code of its own; what `distribution verify --json` prints. Minutes for millions of
    orders: with `max_age` the newest one that was kept is answered, if it is young enough.
    """
    if query.max_age is not None:
        kept = kept_since(call.session, call.now - timedelta(seconds=query.max_age))
        if kept is not None:
            return ProofAnswer(
                holds=not kept.differences,
                checked=kept.checked,
                seal=kept.seal_number or 0,
                since_seal=kept.since_seal,
                differences=[DifferenceAnswer.model_validate(each) for each in kept.differences],
                proven_at=kept.at,
            )
    call.session.execute(_PATIENCE)
    # One state of the database from its first statement on: a transaction of its own.
    with transaction(call.engine) as session:
        session.execute(_PATIENCE)
        return ProofAnswer.model_validate({**prove(session).to_json(), "proven_at": call.now})
