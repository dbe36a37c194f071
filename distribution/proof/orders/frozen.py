"""Terms are frozen when the snapshot that caused them is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from distribution.ledger.difference import Difference
from distribution.proof.history import History


def frozen(history: History) -> Iterator[Difference]:
    """Terms are frozen when the snapshot that caused them is recorded."""
    recorded = {snapshot.number: snapshot.recorded_at for snapshot in history.snapshots}
    for terms in history.terms:
        wanted = recorded.get(terms.snapshot_number)
        if terms.frozen_at != wanted:
            yield Difference(
                "terms are frozen with the snapshot that caused them",
                "terms",
                history.name(terms.number),
                str(wanted),
                str(terms.frozen_at),
            )
