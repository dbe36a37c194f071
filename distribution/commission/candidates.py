"""Which distributors an order's voucher, code, click or binding lead to, with their upline as of its placing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from distribution.attribution.decide import Candidate
from distribution.commission.known import person_id

# Of a person's history the row in effect at `placed_at` holds, and before the first row the first one: an order
# imported from before somebody joined still knows whose it is.
_AS_OF = """
LEFT JOIN LATERAL (
    SELECT {column} FROM distribution.{table} AS history WHERE history.distributor_id = {person}
    ORDER BY history.effective_at > found.placed_at,
             CASE WHEN history.effective_at <= found.placed_at THEN history.effective_at END DESC,
             history.effective_at, history.number DESC
    LIMIT 1
) AS {name} ON true
"""


def _as_of(name: str, table: str, column: str, person: str) -> str:
    return _AS_OF.format(name=name, table=table, column=column, person=person)


CANDIDATES = (
    """
SELECT found.position, found.way, found.distributor_id, found.active, found.since,
       encode(person.email_hash, 'hex') AS email_hash, standing.status AS standing, second.sponsor_id AS second_id,
       second_standing.status AS second_standing, third.sponsor_id AS third_id, third_standing.status AS third_standing
FROM (
    SELECT position, placed_at, 'voucher' AS way, code.distributor_id, code.active, NULL::timestamptz AS since
    FROM undecided AS asked JOIN distribution.referral_codes AS code ON code.code_key = asked.voucher
    UNION ALL
    SELECT position, placed_at, 'referral_code', code.distributor_id, code.active, click.at
    FROM undecided AS asked JOIN distribution.referral_codes AS code ON code.code_key = asked.code
    LEFT JOIN LATERAL (
        SELECT distributor_id, at FROM distribution.clicks WHERE clicks.id = asked.click LIMIT 1
    ) AS click ON click.distributor_id = code.distributor_id
    UNION ALL
    SELECT position, placed_at, 'click', click.distributor_id, true, click.at
    FROM undecided AS asked JOIN distribution.clicks AS click ON click.id = asked.click
    UNION ALL
    SELECT position, placed_at, 'binding', bound.distributor_id, true, bound.effective_at
    FROM undecided AS asked CROSS JOIN LATERAL (
        SELECT distributor_id, effective_at, ends_at FROM distribution.bindings
        WHERE customer_key = asked.customer AND effective_at <= asked.placed_at
        ORDER BY effective_at DESC, id DESC LIMIT 1
    ) AS bound
    WHERE bound.distributor_id IS NOT NULL AND (bound.ends_at IS NULL OR bound.ends_at > asked.placed_at)
) AS found CROSS JOIN LATERAL (
    SELECT email_hash FROM distribution.distributors WHERE distributors.id = found.distributor_id LIMIT 1
) AS person
"""
    + _as_of("standing", "standings", "status", "found.distributor_id")
    + _as_of("second", "sponsorships", "sponsor_id", "found.distributor_id")
    + _as_of("second_standing", "standings", "status", "second.sponsor_id")
    + _as_of("third", "sponsorships", "sponsor_id", "second.sponsor_id")
    + _as_of("third_standing", "standings", "status", "third.sponsor_id")
)
"""For the orders in `undecided` (position, placed_at, voucher, code, click, customer): everybody they lead to.

`click` is the one that counts, where what the order carries repeated it.
"""

EARLIER = """
SELECT asked.position FROM undecided AS asked WHERE EXISTS (
    SELECT 1 FROM distribution.orders AS earlier WHERE earlier.customer_key = asked.customer
    AND earlier.placed_at < asked.placed_at AND earlier.paid AND earlier.external_id <> asked.external_id)
"""
"""Of the orders in `undecided`, those whose shopper has an earlier paid one."""

_UPLINES = (
    "WITH found AS (SELECT %(person)s::uuid AS distributor_id, %(placed_at)s::timestamptz AS placed_at) "
    "SELECT found.distributor_id, standing.status, second.sponsor_id, second_standing.status, third.sponsor_id, "
    "third_standing.status FROM found"
    + _as_of("standing", "standings", "status", "found.distributor_id")
    + _as_of("second", "sponsorships", "sponsor_id", "found.distributor_id")
    + _as_of("second_standing", "standings", "status", "second.sponsor_id")
    + _as_of("third", "sponsorships", "sponsor_id", "second.sponsor_id")
    + _as_of("third_standing", "standings", "status", "third.sponsor_id")
)

Upline = tuple[UUID | None, UUID | None, UUID | None]


class Chain(NamedTuple):
    """A seller and the two above, and which of them are active; the seller of an order is."""

    people: Upline
    active: tuple[bool, bool, bool]


NOBODY = Chain((None, None, None), (True, True, True))


@dataclass(slots=True)
class Background:
    """What is known around one order before its terms are frozen."""

    candidates: dict[str, Candidate]
    chains: dict[UUID, Chain]
    has_earlier_order: bool = False


def backgrounds(
    found: Iterable[Sequence[Any]], earlier: Iterable[Sequence[Any]], count: int
) -> list[Background]:
    """For each of `count` snapshots, everybody its voucher, code, click and binding lead to.

    `found` and `earlier` are the rows of CANDIDATES and EARLIER as JSON shows them.
    """
    gathered = [Background({}, {}) for _ in range(count)]
    for position, way, who, active, since, email, status, second, second_status, third, third_status in found:
        background, person = gathered[position - 1], person_id(who)
        chain = _chain(
            *(person, second and person_id(second), second_status),
            *(third and person_id(third), third_status),
        )
        background.candidates[way] = Candidate(
            distributor_id=person,
            active=active and status == "active",
            email_hash=None if email is None else bytes.fromhex(email),
            sponsor_id=chain.people[1] if chain.active[1] else None,
            since=None if since is None else datetime.fromisoformat(since),
        )
        background.chains[person] = chain
    for (position,) in earlier:
        gathered[position - 1].has_earlier_order = True
    return gathered


def read_chain(connection: psycopg.Connection[Any], distributor_id: UUID, placed_at: Any) -> Chain:
    """A seller and the two above them, as of `placed_at`."""
    row = connection.execute(_UPLINES, {"person": distributor_id, "placed_at": placed_at}).fetchall()[0]
    who, _, second, second_status, third, third_status = row
    return _chain(who, second, second_status, third, third_status)


def _chain(
    who: UUID,
    second: UUID | None,
    second_status: str | None,
    third: UUID | None,
    third_status: str | None,
) -> Chain:
    return Chain(
        (who, second, third),
        (True, second is None or second_status == "active", third is None or third_status == "active"),
    )
