"""What each order of a period is worth to whom once the period is over, before caps on what a distributor earns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.proof.arithmetic import worth
from distribution.proof.history import History
from distribution.proof.periods.books import WHOLE
from distribution.proof.periods.span import Span
from distribution.proof.rates import Book, Due, Earlier, due

_SALES = text("""
SELECT chain.person, chain.sold, placed.currency, date_trunc('month', placed_at AT TIME ZONE :zone)::date AS month,
    sum(placed.sales_minor)::bigint
FROM distribution.orders AS placed
JOIN distribution.terms ON terms.order_id = placed.id AND terms.number = placed.terms_count
CROSS JOIN LATERAL (
    VALUES (terms.seller_id, 'own'), (terms.seller_id, 'team'), (terms.second_id, 'team'), (terms.third_id, 'team')
) AS chain(person, sold)
WHERE placed.placed_at >= :begins AND placed.placed_at < :ends AND chain.person IS NOT NULL
GROUP BY chain.person, chain.sold, placed.currency, month
""")

Sales = dict[tuple[Any, str, str, str, date], int]
"""By person, `own` or `team`, currency, kind of period and its first day."""


def sales_of(session: Session, span: Span) -> Sales:
    """The sales of a period by the orders placed in it, for everybody in the chains of their terms."""
    found: Sales = defaultdict(int)
    asked = {"begins": span.begins_at, "ends": span.ends_at, "zone": span.zone.key}
    for who, by, currency, month, amount_minor in session.execute(_SALES, asked):
        for kind in span.decided:
            found[who, by, currency, kind, span.first_of(kind, month)] += amount_minor
    return found


def worth_of(history: History, book: Book, found: Sales, span: Span) -> Mapping[Any, int]:
    """By distributor, what their shares are worth now, frozen anew snapshot by snapshot."""
    terms, state = history.terms[-1], history.snapshots[-1].state
    chain = (terms.seller_id, terms.second_id, terms.third_id)
    facts = _facts(history, found, span)
    shares: list[Due] = []
    for snapshot in history.snapshots:
        if snapshot.number >= terms.snapshot_number:
            earlier = [Earlier(each.line_id, each.distributor_id, each.claimed_minor) for each in shares]
            shares += due(book, snapshot.state, facts, chain, earlier)
    amounts: dict[Any, int] = defaultdict(int)
    for share in shares:
        amounts[share.distributor_id] += worth(state, share.line_id, book.base, share.rate, share.most_minor)
    return amounts


def _facts(history: History, found: Sales, span: Span) -> Mapping[str, Any]:
    terms, currency = history.terms[-1], history.snapshots[-1].state["currency"]
    placed = history.order.placed_at.astimezone(span.zone).date()
    chain = (terms.seller_id, terms.second_id, terms.third_id)
    known = terms.facts.get("people") or (None, None, None)
    people = []
    for who, about in zip(chain, known, strict=True):
        whole = {
            f"{WHOLE}{by}/{kind}": found.get((who, by, currency, kind, span.first_of(kind, placed)), 0)
            for by in ("own", "team")
            for kind in span.decided
        }
        about = about or {}
        people.append(who and {**about, "sales": {**about.get("sales", {}), **whole}})
    return {**terms.facts, "people": people}
