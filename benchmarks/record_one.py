"""One order a transaction, one client."""

from benchmarks.record import measure


def run() -> None:
    """Record 600 orders one by one, five times."""
    measure("record_one", batch=1, batches=600, goal=0.6)
