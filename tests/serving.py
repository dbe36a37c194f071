"""HTTP servers of tests' own: a handler or an application served on a free port of this machine."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from werkzeug.serving import make_server


class Handler(BaseHTTPRequestHandler):
    """Keeps connections open and says nothing of what was asked."""

    protocol_version = "HTTP/1.1"

    def reply(self, content: bytes, *, status: int = 200, **headers: str) -> None:
        """Send an answer with its length; `Content_Type="text/html"` and the like become headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def asked(self) -> bytes:
        """The body of the request."""
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class _Server(ThreadingHTTPServer):
    """A client that is killed hangs up: that is no news."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Show what is our own fault only."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(handler: type[Handler], *, port: int = 0) -> Iterator[str]:
    """The server's address, without a slash at its end, until the block ends."""
    server = _Server(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def answering(made: Callable[[str], Any], *, name: str = "127.0.0.1", **options: Any) -> Iterator[str]:
    """The address of a WSGI application until the block ends; it is made once its address is known.

    `name` is what browsers call this machine, `options` are those of Werkzeug's server.
    """
    server = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True, **options)
    url = f"http://{name}:{server.server_port}"
    server.app = made(url)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
