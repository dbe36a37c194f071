"""What Prometheus reads of the Saleor App: deliveries taken, and what was turned away and why."""

from __future__ import annotations

from prometheus_client import Counter

from distribution.adapters.saleor.app.errors import REASONS
from distribution.adapters.saleor.app.events import EVENTS

TAKEN = Counter("distribution_saleor_deliveries_total", "Deliveries of Saleor taken", ["event"])
REFUSED = Counter(
    "distribution_saleor_refusals_total", "Deliveries and installations turned away", ["kind", "reason"]
)
KINDS = ("delivery", "installation", "page", "sign_in")

# A counter that is not there yet cannot be alarmed on.
for _event in EVENTS:
    TAKEN.labels(_event.name)
for _kind in KINDS:
    for _reason in REASONS:
        REFUSED.labels(_kind, _reason)
