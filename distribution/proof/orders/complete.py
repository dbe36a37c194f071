"""Every row that the order counts is there, and no other."""

from __future__ import annotations

from collections.abc import Iterator

from distribution.ledger.difference import Difference
from distribution.proof.history import History


def complete(history: History) -> Iterator[Difference]:
    """Name each table whose rows of this order are not numbered 1, 2, 3 … up to the order's count."""
    order = history.order
    counts = {
        "order_snapshots": order.snapshot_count,
        "terms": order.terms_count,
        "shares": order.share_count,
        "commission_lines": order.line_count,
    }
    for table, count in counts.items():
        there = {row.number for row in history.children[table]}
        for number in sorted(set(range(1, count + 1)) - there):
            yield Difference("histories are complete", table, history.name(number), "a row", "no row")
        for number in sorted(there - set(range(1, count + 1))):
            yield Difference("histories are complete", table, history.name(number), "no row", "a row")
    recorded = {snapshot.number: snapshot.recorded_at for snapshot in history.snapshots}
    for receipt in history.receipts:
        if recorded.get(receipt.snapshot_number) != receipt.recorded_at:
            yield Difference(
                "a receipt was recorded with its snapshot",
                "receipts",
                history.name(receipt.snapshot_number),
                str(recorded.get(receipt.snapshot_number)),
                str(receipt.recorded_at),
            )
