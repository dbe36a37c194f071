"""A hundred orders a transaction, one client."""

from benchmarks.record import measure


def run() -> None:
    """Record 1 000 orders by hundreds, twenty times."""
    measure("record_batch", batch=100, batches=10, goal=0.6)
