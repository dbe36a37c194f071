"""What the plugin answers under ``/plugins/global/distribution/``: a code's name and discount, an order's page, health.

Nothing here knows Django: the plugin turns a page into an answer.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

from saleor_plugin import process
from saleor_plugin.allowance import Allowance
from saleor_plugin.lookup import KNOWN_SECONDS, UNKNOWN_SECONDS, TooMany, Unavailable
from saleor_plugin.offer import told

# A storefront's own server asks for all its shoppers from one address: what lies in memory is given freely.
REMEMBERED_A_MINUTE, READ_A_MINUTE, LINKS_A_MINUTE = 3000, 300, 120
RETRY_AFTER_SECONDS = 10
METHODS = ("GET", "HEAD")


@dataclass(frozen=True)
class Asked:
    """A request; `may_read_orders` says whether who asks may, None for a stranger, and is asked only where needed."""

    method: str
    path: str
    address: str
    channel: str | None
    may_read_orders: Callable[[], bool | None]


@dataclass(frozen=True)
class Page:
    """What is answered, as JSON."""

    facts: dict[str, object]
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Cache-Control": "no-store"})


class Pages:
    """The pages of one process, with how often each address may still ask for them."""

    def __init__(self) -> None:
        self._remembered = Allowance(REMEMBERED_A_MINUTE)
        self._read = Allowance(READ_A_MINUTE)
        self._links = Allowance(LINKS_A_MINUTE)

    def answer(self, asked: Asked, portal_url: str) -> Page | None:
        """The page at this path, or None where there is none."""
        what, _, rest = asked.path.strip("/").partition("/")
        if (what == "health") == bool(rest) or what not in ("health", "code", "order"):
            return None
        if asked.method not in METHODS:
            return Page({"error": "this is only read"}, 405, {"Allow": ", ".join(METHODS)})
        if what == "health":
            return self.health()
        return self.code(asked, rest) if what == "code" else self.order(asked, rest, portal_url)

    def health(self) -> Page:
        """The health of the process that answers."""
        facts = process.current().health()
        return Page(facts, 200 if facts["breaker"] == "closed" else 503)

    def code(self, asked: Asked, wanted: str) -> Page:
        """The name to show and the discount behind a code, at once or within a moment."""
        try:
            lookup = process.current().lookup
            allowance = self._remembered if lookup.is_fresh(wanted) else self._read
            if not allowance.take(asked.address, time.monotonic()):
                raise TooMany
            entry = lookup.find(wanted)
        except TooMany:
            return _later(429, "too many requests")
        except Unavailable:
            return _later(503, "not known now")
        if entry is None:
            return Page({"error": "no such code"}, 404, _kept(UNKNOWN_SECONDS))
        return Page(told(entry, channel=asked.channel, now=datetime.now(UTC)), 200, _kept(KNOWN_SECONDS))

    def order(self, asked: Asked, order_id: str, portal_url: str) -> Page:
        """For staff and apps that may read orders: where the console shows the order's commission."""
        if not self._links.take(asked.address, time.monotonic()):
            return _later(429, "too many requests")
        allowed = asked.may_read_orders()
        if allowed is None:
            return Page({"error": "sign in with a token of Saleor's staff"}, 401)
        if not allowed:
            return Page({"error": "this takes MANAGE_ORDERS"}, 403)
        if not portal_url:
            return Page({"error": "the plugin's settings name no address of the portal"}, 404)
        return Page({"url": f"{portal_url}/console/shop-orders/{quote(order_id, safe='')}"})


def _later(status: int, error: str) -> Page:
    headers = {"Cache-Control": "no-store", "Retry-After": str(RETRY_AFTER_SECONDS)}
    return Page({"error": error}, status, headers)


def _kept(seconds: float) -> dict[str, str]:
    return {"Cache-Control": f"public, max-age={int(seconds)}"}
