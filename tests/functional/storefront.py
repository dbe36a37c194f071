"""A storefront of one page with a checkout, and as much of Saleor's GraphQL as the referral script calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hearth &amp; Grain</title>
<script src="{portal}/referral.js" data-saleor-api="/graphql/"></script></head>
<body><h1>Stoneware mug</h1><button id="buy">Buy</button><p id="answer"></p>
<script>
document.getElementById("buy").addEventListener("click", async () => {{
  const attached = await referral.attach("checkout-1");
  await fetch("/complete", {{method: "POST"}});
  document.getElementById("answer").textContent = attached ? "bought" : "bought, nobody's";
}});
</script></body></html>"""


class Shop:
    """What the storefront knows: the metadata of its checkout; `complete` makes the order of it."""

    def __init__(self, portal_url: str, complete: Callable[[dict[str, str]], None]) -> None:
        self.portal_url = portal_url
        self.metadata: dict[str, str] = {}
        self.complete = complete
        self.url = ""

    def graphql(self, body: dict[str, Any]) -> dict[str, Any]:
        """`updateMetadata` on a checkout, as Saleor answers it."""
        assert "updateMetadata" in body["query"]
        assert body["variables"]["id"] == "checkout-1"
        self.metadata.update({item["key"]: item["value"] for item in body["variables"]["input"]})
        return {"data": {"updateMetadata": {"errors": []}}}


@contextmanager
def open_shop(portal_url: str, complete: Callable[[dict[str, str]], None], port: int = 0) -> Iterator[Shop]:
    """The storefront on a port."""
    shop = Shop(portal_url, complete)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("text/html", PAGE.format(portal=shop.portal_url).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path == "/graphql/":
                self._answer("application/json", json.dumps(shop.graphql(json.loads(body))).encode())
            else:
                shop.complete(dict(shop.metadata))
                self._answer("application/json", b"{}")

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    shop.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
