"""A click on a referral link against a bare WSGI function that writes as much to Redis and redirects.

Both in one process by one caller, in turns: the code looked up, one acknowledged write, a 302.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

import redis

from benchmarks.database import database
from benchmarks.orders import CODE, sellers
from benchmarks.portal_pages import settings_for
from benchmarks.result import report
from distribution.adapters.embedded import running_redis
from portal.clicklog import ClickLog, packed
from portal.redirect import ClickRedirect

GOAL, P99_GOAL = 0.6, 2.0
ROUNDS, CLICKS = 5, 5_000
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def run() -> None:
    """Print the ratio of clicks a second, and that of the slowest in a hundred."""
    with (
        database() as engine,
        tempfile.TemporaryDirectory(prefix="distribution-bench-") as directory,
        running_redis(Path(directory), durable=False) as server,
    ):
        sellers(engine)
        whole = ClickRedirect(_nothing, engine=engine, settings=settings_for(engine, server.url))
        bare = _bare(server.url)
        environ = _environ()
        with redis.Redis.from_url(server.url) as connection:
            found = []
            for _ in range(ROUNDS):
                found.append((_seconds(bare, environ), _seconds(whole, environ)))
                connection.flushdb()
    for_bare, for_whole = ([sorted(each[side])[CLICKS // 2] for each in found] for side in (0, 1))
    rates = [(CLICKS / sum(each[0]), CLICKS / sum(each[1])) for each in found]
    bare_rate, whole_rate = sorted(rates, key=lambda each: each[1] / each[0])[ROUNDS // 2]
    words = f"{whole_rate:,.0f} clicks/s against {bare_rate:,.0f} bare; p50 {min(for_whole) * 1e6:.0f} µs against "
    report("click_redirect", whole_rate / bare_rate, GOAL, f"{words}{min(for_bare) * 1e6:.0f}")
    slow = [(_p99(each[0]), _p99(each[1])) for each in found]
    bare_slow, whole_slow = sorted(slow, key=lambda each: each[1] / each[0])[ROUNDS // 2]
    report(
        "click_redirect p99",
        whole_slow / bare_slow,
        P99_GOAL,
        f"{whole_slow * 1e6:.0f} µs against {bare_slow * 1e6:.0f}",
        at_most=True,
    )


def _bare(redis_url: str) -> Application:
    click = packed(code=CODE, click="0" * 32, at="2026-01-01T00:00:00+00:00", url="/", ip_hash="", ua="bench")
    log = ClickLog(redis_url)

    def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        assert log.record(click)
        start_response("302 Found", [("Location", "http://localhost:3000/"), ("Content-Length", "0")])
        return ()

    return application


def _seconds(application: Application, environ: dict[str, Any]) -> list[float]:
    took, answers = [], []
    for _ in range(CLICKS):
        began = perf_counter()
        application(dict(environ), lambda status, _headers: answers.append(status))
        took.append(perf_counter() - began)
    assert answers == ["302 Found"] * CLICKS
    return took


def _environ() -> dict[str, Any]:
    return {
        "PATH_INFO": f"/r/{CODE}",
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "to=/products/tea",
        "REMOTE_ADDR": "203.0.113.9",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64)",
    }


def _p99(took: list[float]) -> float:
    return sorted(took)[len(took) * 99 // 100]


def _nothing(_environ: dict[str, Any], _start_response: Callable[..., Any]) -> Iterable[bytes]:
    raise AssertionError("a click never gets as far as the application")
