"""A road to Saleor's GraphQL that can be slow, or change what is asked, for us alone: shoppers go another way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class SlowRoad:
    """Passes every request on after `seconds`."""

    def __init__(self, there: str) -> None:
        self.there = there
        self.url = ""
        self.seconds = 0.0


@contextmanager
def slow_road(there: str, *, passing_on: Callable[[bytes], bytes] = lambda body: body) -> Iterator[SlowRoad]:
    """The road on a free port of this machine, until the block ends; `passing_on` makes of a body what Saleor gets."""
    road = SlowRoad(there)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept = {
                name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers
            }
            time.sleep(road.seconds)
            try:
                answer = httpx.post(road.there, content=passing_on(body), headers=kept, timeout=60)
                status, content = answer.status_code, answer.content
            except httpx.HTTPError:
                status, content = 502, b"{}"
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                # A worker that is killed hangs up.
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    road.url = f"http://127.0.0.1:{server.server_port}/graphql/"
    try:
        yield road
    finally:
        server.shutdown()
        server.server_close()
