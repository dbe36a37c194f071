"""What a page weighs as Chromium counts it on the wire, what blocks its first picture, and whether anything moves."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext

# Watches from the first moment; layout shifts that follow a tap would not count, and nobody taps here.
_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
_BLOCKING = """() => performance.getEntriesByType("resource")
    .filter((one) => one.renderBlockingStatus === "blocking").map((one) => new URL(one.name).pathname)"""


@dataclass
class Weight:
    """Bytes by address as they came over the network, headers included; `blocking` are waited for before painting."""

    bytes_by_address: dict[str, int] = field(default_factory=dict)
    blocking: list[str] = field(default_factory=list)
    shifted: float = 0.0

    @property
    def total_bytes(self) -> int:
        """All of it."""
        return sum(self.bytes_by_address.values())


def weigh(context: BrowserContext, address: str) -> Weight:
    """Open a page in a new tab; what the profile has in its cache costs nothing again."""
    page = context.new_page()
    found = Weight()
    addresses: dict[str, str] = {}
    log = context.new_cdp_session(page)
    log.send("Network.enable")
    log.on(
        "Network.requestWillBeSent",
        lambda sent: addresses.update({sent["requestId"]: sent["request"]["url"]}),
    )

    def finished(event: dict[str, float | str]) -> None:
        where = addresses.get(str(event["requestId"]), "?")
        size = int(float(event["encodedDataLength"]))
        found.bytes_by_address[where] = found.bytes_by_address.get(where, 0) + size

    log.on("Network.loadingFinished", finished)
    page.add_init_script(_SHIFTS)
    page.goto(address, wait_until="networkidle")
    found.blocking = page.evaluate(_BLOCKING)
    found.shifted = page.evaluate("window.shifted")
    if not found.bytes_by_address.get(address):
        # A service worker asked for it in the page's name, which the page's own network does not tell.
        found.bytes_by_address[address] = _document_bytes(context, address)
    page.close()
    return found


def _document_bytes(context: BrowserContext, address: str) -> int:
    """Of the page alone as the server sends it, compressed, its headers too."""
    answer = context.request.get(address, headers={"Accept-Encoding": "gzip"})
    return int(answer.headers["content-length"]) + sum(
        len(f"{each['name']}: {each['value']}\r\n") for each in answer.headers_array
    )
