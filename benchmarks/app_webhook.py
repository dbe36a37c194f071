"""One webhook of an App, as others would be told of orders: the measure of what a plugin may cost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.saleor.shop import Shop

_NEW_APP = """
mutation($input: AppInput!) { appCreate(input: $input) { app { id } errors { field message } } }
"""
_NEW_WEBHOOK = """
mutation($input: WebhookCreateInput!) { webhookCreate(input: $input) { webhook { id } errors { field message } } }
"""
_SWITCH = """
mutation($id: ID!, $on: Boolean!) { webhookUpdate(id: $id, input: {isActive: $on}) { errors { field message } } }
"""
_END = "mutation($id: ID!) { appDelete(id: $id) { errors { field message } } }"
_ASKED = (
    "subscription { event { ... on OrderCreated { order { id } } ... on OrderFulfilled { order { id } } } }"
)
_LONGEST_SECONDS = 10.0


class AppWebhook:
    """Told of an order that was created and of one that was fulfilled, its id and nothing else."""

    def __init__(self, shop: Shop, webhook_id: str) -> None:
        self.delivered = 0
        self._shop = shop
        self._id = webhook_id

    def switch(self, *, on: bool) -> None:
        """Let Saleor send, or not."""
        self._shop.saleor.run(_SWITCH, id=self._id, on=on)
        self.delivered = 0

    def wait_until_told(self, *, deliveries: int) -> None:
        """Return once so many came; a worker that is busy is given ten seconds."""
        end = time.monotonic() + _LONGEST_SECONDS
        while self.delivered < deliveries and time.monotonic() < end:
            time.sleep(0.02)


@contextmanager
def app_webhook(shop: Shop) -> Iterator[AppWebhook]:
    """An App with one webhook to a server on this machine, switched off at first, until the block ends."""
    told: list[AppWebhook] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            for each in told:
                each.delivered += 1

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = shop.saleor.run(_NEW_APP, input={"name": "distribution-bench", "permissions": ["MANAGE_ORDERS"]})
    app_id = app["appCreate"]["app"]["id"]
    try:
        made = shop.saleor.run(
            _NEW_WEBHOOK,
            input={
                "app": app_id,
                "name": "bench",
                "targetUrl": f"http://127.0.0.1:{server.server_port}/",
                "asyncEvents": ["ORDER_CREATED", "ORDER_FULFILLED"],
                "isActive": False,
                "query": _ASKED,
            },
        )
        told.append(AppWebhook(shop, made["webhookCreate"]["webhook"]["id"]))
        yield told[0]
    finally:
        shop.saleor.run(_END, id=app_id)
        server.shutdown()
        server.server_close()
