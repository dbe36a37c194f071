"""What Prometheus reads of the business: how many withdrawals are open, and how many of them are overdue."""

from __future__ import annotations

import logging

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from distribution.withdrawal.watch import open_counts, overdue_count
from portal.clock import now
from portal.database import unit

_LOG = logging.getLogger("portal.gauges")


def gauges() -> bytes:
    """The figures as they are now; none while the database does not answer, for the other metrics are needed then."""
    try:
        with unit() as session:
            overdue, by_state = overdue_count(session, now=now()), open_counts(session)
    except SQLAlchemyError as error:
        _LOG.warning("no gauges: %s", error)
        return b""
    registry = CollectorRegistry()
    late = Gauge(
        "distribution_withdrawals_overdue",
        "Withdrawals that have not ended by the time promised",
        registry=registry,
    )
    late.set(overdue)
    open_ones = Gauge(
        "distribution_withdrawals_open", "Withdrawals that have not ended", ["state"], registry=registry
    )
    for state, count in by_state.items():
        open_ones.labels(state).set(count)
    return generate_latest(registry)
