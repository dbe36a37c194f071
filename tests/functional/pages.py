"""A shop's own server: pages, scripts and headers by path, on an origin of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from portal.assets import STATIC

SCRIPT = (STATIC / "referral.js").read_text("utf-8")
_KINDS = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass
class Pages:
    """What is served; every path asked for is written down."""

    url: str = ""
    files: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, *attributes: str, script: str = "/partners.js", body: str = "") -> None:
        """A page with the script, as a shop would write it."""
        tag = " ".join((f'<script src="{script}"', *attributes, "defer></script>"))
        head = f'<meta charset="utf-8"><title>{path}</title><link rel="icon" href="data:,">{tag}'
        self.files[path] = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


@contextmanager
def running_pages() -> Iterator[Pages]:
    """The shop's server on a free port, with the script under a name of its own."""
    pages = Pages(files={"/partners.js": SCRIPT})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            pages.asked.append(path)
            text = pages.files.get(path)
            content = (text or "").encode()
            self.send_response(404 if text is None else 200)
            self.send_header("Content-Type", _KINDS["js" if path.endswith(".js") else "html"])
            self.send_header("Content-Length", str(len(content)))
            for name, value in pages.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    pages.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield pages
    finally:
        server.shutdown()
        server.server_close()
