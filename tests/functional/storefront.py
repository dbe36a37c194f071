"""A storefront of one page with a checkout, and as much of Saleor's GraphQL as the referral script calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.serving import Handler, serving

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

    class Asking(Handler):
        def do_GET(self) -> None:
            self.reply(PAGE.format(portal=shop.portal_url).encode(), Content_Type="text/html")

        def do_POST(self) -> None:
            body = self.asked()
            answer: dict[str, Any] = {}
            if self.path == "/graphql/":
                answer = shop.graphql(json.loads(body))
            else:
                shop.complete(dict(shop.metadata))
            self.reply(json.dumps(answer).encode(), Content_Type="application/json")

    with serving(Asking, port=port) as url:
        shop.url = url
        yield shop
