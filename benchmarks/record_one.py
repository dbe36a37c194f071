"""One order a transaction, one client."""

from benchmarks.record import measure


def run() -> None:
    """Record 150 orders one by one, twenty times."""
    measure("record_one", batch=1, batches=150, goal=0.6)
