"""The shares there are, are those that the plan makes of each terms' snapshot and facts: none missing, none beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import Row

from distribution.ledger.difference import Difference
from distribution.proof.history import History
from distribution.proof.rates import Book, Due, Earlier, due

Books = Mapping[int, Book]
Key = tuple[int, int, str, int]
"""Terms, snapshot, line, level."""


def shares(history: History, books: Books) -> Iterator[Difference]:
    """Terms freeze every line of their snapshot; later snapshots those that have no share under the terms in force."""
    wanted: dict[Key, Due] = {}
    for snapshot in history.snapshots:
        terms = max(
            (each for each in history.terms if each.snapshot_number <= snapshot.number),
            key=lambda each: each.number,
            default=None,
        )
        if terms is None or terms.seller_id is None:
            continue
        book = books.get(terms.plan_number)
        if book is None:
            if terms.snapshot_number == snapshot.number:
                yield Difference(
                    "terms have their plan",
                    "terms",
                    history.name(terms.number),
                    str(terms.plan_number),
                    "none",
                )
            continue
        earlier = [
            Earlier(share.line_id, share.distributor_id, share.claimed_minor)
            for share in history.shares
            if share.terms_number == terms.number and share.snapshot_number < snapshot.number
        ]
        chain = (terms.seller_id, terms.second_id, terms.third_id)
        for share in due(book, snapshot.state, terms.facts, chain, earlier):
            wanted[terms.number, snapshot.number, share.line_id, share.level] = share
    for row in history.shares:
        found = wanted.pop((row.terms_number, row.snapshot_number, row.line_id, row.level), None)
        if found is None:
            yield _difference(history, f"{row.number}", "no share", "a share")
        else:
            yield from _share(history, row, found, books)
    for terms_number, snapshot_number, line_id, level in wanted:
        name = f"snapshot {snapshot_number} terms {terms_number} line {line_id} level {level}"
        yield _difference(history, name, "a share", "no share")


def _share(history: History, row: Row[Any], share: Due, books: Books) -> Iterator[Difference]:
    terms = next(each for each in history.terms if each.number == row.terms_number)
    wanted = {
        "distributor_id": share.distributor_id,
        "base": books[terms.plan_number].base,
        "rate": share.rate,
        "claimed_minor": share.claimed_minor,
        "most_minor": share.most_minor,
        "rule.rate": share.winner,
        "rule.nothing": share.nothing,
    }
    found = {
        "distributor_id": row.distributor_id,
        "base": row.base,
        "rate": Fraction(int(row.rate_numerator), int(row.rate_denominator)),
        "claimed_minor": row.claimed_minor,
        "most_minor": row.most_minor,
        "rule.rate": row.rule.get("rate"),
        "rule.nothing": row.rule.get("nothing"),
    }
    for name, value in wanted.items():
        if found[name] != value:
            yield _difference(history, f"{row.number} {name}", str(value), str(found[name]))


def _difference(history: History, name: str, wanted: str, found: str) -> Difference:
    return Difference(
        "shares are those the plan makes of the terms' facts", "shares", history.name(name), wanted, found
    )
