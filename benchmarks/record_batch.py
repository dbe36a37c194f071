"""A hundred orders a transaction, one client."""

from benchmarks.record import measure


def run() -> None:
    """Record 4 000 orders by hundreds, five times."""
    measure("record_batch", batch=100, batches=40, goal=0.6)
