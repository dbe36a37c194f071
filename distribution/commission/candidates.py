"""Which distributors an order's voucher, code, click or binding lead to, with their upline as of its placing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from distribution.attribution.decide import Candidate
from distribution.orders.snapshot import OrderSnapshot

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


_CANDIDATES = (
    """
WITH asked AS (
    SELECT * FROM unnest(%(placed)s::timestamptz[], %(vouchers)s::text[], %(codes)s::text[], %(clicks)s::text[],
                         %(customers)s::bytea[], %(sources)s::text[], %(ids)s::text[])
    WITH ORDINALITY AS asked(placed_at, voucher, code, click, customer, source, external_id, position)
    -- Whose an order is was decided once and for all when its terms were frozen.
    WHERE NOT EXISTS (SELECT 1 FROM distribution.orders AS frozen WHERE frozen.source = asked.source
                      AND frozen.external_id = asked.external_id AND frozen.terms_count > 0)
), found AS (
    SELECT position, placed_at, 'voucher' AS way, code.distributor_id, code.active, NULL::timestamptz AS since
    FROM asked JOIN distribution.referral_codes AS code ON code.code_key = asked.voucher
    UNION ALL
    SELECT position, placed_at, 'referral_code', code.distributor_id, code.active, click.at
    FROM asked JOIN distribution.referral_codes AS code ON code.code_key = asked.code
    LEFT JOIN distribution.clicks AS click ON click.id = asked.click AND click.distributor_id = code.distributor_id
    UNION ALL
    SELECT position, placed_at, 'click', click.distributor_id, true, click.at
    FROM asked JOIN distribution.clicks AS click ON click.id = asked.click
    UNION ALL
    SELECT position, placed_at, 'binding', bound.distributor_id, true, bound.effective_at
    FROM asked CROSS JOIN LATERAL (
        SELECT distributor_id, effective_at, ends_at FROM distribution.bindings
        WHERE customer_key = asked.customer AND effective_at <= asked.placed_at
        ORDER BY effective_at DESC, id DESC LIMIT 1
    ) AS bound
    WHERE bound.distributor_id IS NOT NULL AND (bound.ends_at IS NULL OR bound.ends_at > asked.placed_at)
)
SELECT found.position, found.way, found.distributor_id, found.active, found.since, person.email_hash,
       standing.status, second.sponsor_id, second_standing.status, third.sponsor_id, third_standing.status
FROM found JOIN distribution.distributors AS person ON person.id = found.distributor_id
"""
    + _as_of("standing", "standings", "status", "found.distributor_id")
    + _as_of("second", "sponsorships", "sponsor_id", "found.distributor_id")
    + _as_of("second_standing", "standings", "status", "second.sponsor_id")
    + _as_of("third", "sponsorships", "sponsor_id", "second.sponsor_id")
    + _as_of("third_standing", "standings", "status", "third.sponsor_id")
)
_EARLIER = """
SELECT asked.position, EXISTS (
    SELECT 1 FROM distribution.orders AS earlier WHERE earlier.customer_key = asked.customer
    AND earlier.placed_at < asked.placed_at AND earlier.paid AND earlier.external_id <> asked.external_id)
FROM unnest(%(placed)s::timestamptz[], %(customers)s::bytea[], %(ids)s::text[])
WITH ORDINALITY AS asked(placed_at, customer, external_id, position)
WHERE asked.customer IS NOT NULL
"""
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


@dataclass(slots=True)
class Background:
    """What is known around one order before its terms are frozen."""

    candidates: dict[str, Candidate]
    uplines: dict[UUID, Upline]
    has_earlier_order: bool = False


Answers = tuple[psycopg.Cursor[Any], psycopg.Cursor[Any]]


def ask(connection: psycopg.Connection[Any], snapshots: Sequence[OrderSnapshot]) -> Answers:
    """Ask, inside the caller's pipeline, whom the snapshots without terms lead to."""
    asked = {
        "placed": [each.placed_at for each in snapshots],
        "vouchers": [_key(each.voucher_code) for each in snapshots],
        "codes": [_key(each.referral_code) for each in snapshots],
        "clicks": [each.click_id for each in snapshots],
        "customers": [each.customer_key for each in snapshots],
        "sources": [each.source for each in snapshots],
        "ids": [each.order_id for each in snapshots],
    }
    return connection.execute(_CANDIDATES, asked), connection.execute(_EARLIER, asked)


def gather(answers: Answers, count: int) -> list[Background]:
    """For each of `count` snapshots, everybody its voucher, code, click and binding lead to."""
    found, earlier = answers
    backgrounds = [Background({}, {}) for _ in range(count)]
    for (
        position,
        way,
        who,
        active,
        since,
        email,
        status,
        second,
        second_status,
        third,
        third_status,
    ) in found:
        background = backgrounds[position - 1]
        background.candidates[way] = Candidate(
            distributor_id=who,
            active=active and status == "active",
            email_hash=None if email is None else bytes(email),
            sponsor_id=second if second_status == "active" else None,
            since=since,
        )
        background.uplines[who] = _upline(who, second, second_status, third, third_status)
    for position, has_earlier in earlier:
        backgrounds[position - 1].has_earlier_order = has_earlier
    return backgrounds


def read_upline(connection: psycopg.Connection[Any], distributor_id: UUID, placed_at: Any) -> Upline:
    """Who earns on levels 1 to 3 of a sale of `distributor_id` at `placed_at`."""
    row = connection.execute(_UPLINES, {"person": distributor_id, "placed_at": placed_at}).fetchall()[0]
    who, _, second, second_status, third, third_status = row
    return _upline(who, second, second_status, third, third_status)


def _upline(
    who: UUID, second: UUID | None, second_status: str, third: UUID | None, third_status: str
) -> Upline:
    # Somebody who is not active earns nothing as an upline; their share stays with the merchant.
    return (who, second if second_status == "active" else None, third if third_status == "active" else None)


def _key(code: str | None) -> str | None:
    return None if code is None else code.upper()
