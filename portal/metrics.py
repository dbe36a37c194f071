"""What Prometheus reads: requests of this portal, over all of its processes, and the gauges of the business."""

from __future__ import annotations

import os
import time

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client import REGISTRY as PROCESS_REGISTRY

from portal.gauges import gauges

REQUESTS = Counter("portal_requests_total", "Requests answered", ["endpoint", "method", "status"])
SECONDS = Histogram(
    "portal_request_seconds",
    "Time to answer",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


def install(app: Flask) -> None:
    """Measure every request."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, request.method, response.status_code).inc()
        if "started" in g:
            SECONDS.labels(endpoint).observe(time.perf_counter() - g.started)
        return response


def page() -> Response:
    """All metrics, gathered from every process when there are several."""
    registry = PROCESS_REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    return Response(generate_latest(registry) + gauges(), content_type=CONTENT_TYPE_LATEST)
