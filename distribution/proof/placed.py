"""Proves the orders placed in some time: what follows from each, worked out once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from distribution.commission.plan.built_in import BUILT_IN, BUILT_IN_NUMBER
from distribution.ledger.difference import Difference
from distribution.proof.history import histories
from distribution.proof.orders import prove_order
from distribution.proof.rates import Book

_PLANS = text("SELECT number, document FROM distribution.plan_versions")


@dataclass(frozen=True, slots=True)
class PlacedProof:
    """How many orders and commission lines were proven, and every difference."""

    orders: int
    lines: int
    differences: tuple[Difference, ...]


def prove_placed(session: Session, begins_at: datetime | None, ends_at: datetime | None) -> PlacedProof:
    """Prove the histories of the orders placed from `begins_at` and before `ends_at`, both open where None."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    plans = {BUILT_IN_NUMBER: BUILT_IN} | {row.number: row.document for row in session.execute(_PLANS)}
    books = {number: Book(document) for number, document in plans.items()}
    orders = lines = 0
    found: list[Difference] = []
    for history in histories(session, begins_at, ends_at):
        orders += 1
        lines += len(history.lines)
        found += prove_order(history, books)
    return PlacedProof(orders, lines, tuple(found))
