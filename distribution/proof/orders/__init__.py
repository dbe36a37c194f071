"""Proves the history of an order: complete, sealed, and each snapshot followed by exactly the lines it causes."""

from __future__ import annotations

from collections.abc import Iterator

from distribution.ledger.difference import Difference
from distribution.proof.history import History
from distribution.proof.orders.complete import complete
from distribution.proof.orders.frozen import frozen
from distribution.proof.orders.lines import lines
from distribution.proof.orders.projection import projection
from distribution.proof.orders.sealed import sealed
from distribution.proof.orders.shares import Books, shares

__all__ = ["Books", "prove_order"]


def prove_order(history: History, books: Books, *, last_proven: int = 0) -> Iterator[Difference]:
    """Every difference in one order's history; `books` are the plans by version number, 0 the built-in one.

    Where a proof has covered all of its snapshots, those up to `last_proven`, it is as it was then when its seals hold:
    what follows from it is not worked out once more.
    """
    broken = [*complete(history), *sealed(history)]
    yield from broken
    if broken:
        # What follows from rows that are not the ones written tells nobody anything.
        return
    yield from projection(history)
    if all(snapshot.sequence <= last_proven for snapshot in history.snapshots):
        return
    yield from frozen(history)
    yield from shares(history, books)
    yield from lines(history, books)
