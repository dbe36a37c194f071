"""Every page there is, found by following the links of the running demo: a page added later is found by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

import requests
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

STRANGER, DISTRIBUTOR, MERCHANT = "stranger", "distributor", "merchant"
STARTS = {
    STRANGER: (
        "/login",
        "/register",
        "/join/EMMA",
        "/d/EMMA",
        "/forgot",
        "/terms",
        "/offline",
        "/console/login",
        "/nowhere",
    ),
    DISTRIBUTOR: ("/", "/links?page=/products/cloud-cups", "/account/security"),
    MERCHANT: ("/console/", "/console/menu", "/console/style"),
}
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
_LONGEST_WALK = 400
_OTHERS = {
    STRANGER: ("distributor.",),
    DISTRIBUTOR: ("access.", "console."),
    MERCHANT: ("access.", "distributor."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One page: who sees it, its endpoint, an address of it."""

    who: str
    name: str
    path: str


class Walk:
    """Follows links of one person until no endpoint is new; `routes` are those of the portal."""

    def __init__(self, base: str, browser: requests.Session, routes: Map, who: str) -> None:
        self._base, self._browser, self._who = base, browser, who
        self._routes = routes.bind(urlsplit(base).netloc)

    def places(self) -> Iterator[Place]:
        """One address of every page that links lead to, the first that was met."""
        waiting = list(STARTS[self._who])
        seen: set[str] = set()
        asked: set[str] = set()
        while waiting and len(asked) < _LONGEST_WALK:
            path = waiting.pop(0)
            name = self._name(path)
            if name is None or name in seen or path in asked:
                continue
            asked.add(path)
            answer = self._browser.get(urljoin(self._base, path), timeout=60, allow_redirects=False)
            if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.is_redirect:
                continue
            seen.add(name)
            yield Place(self._who, name, path)
            for found in _LINK.findall(answer.text):
                parts = urlsplit(urljoin(urljoin(self._base, path), unescape(found)))
                if f"{parts.scheme}://{parts.netloc}" == self._base:
                    waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))

    def _name(self, path: str) -> str | None:
        try:
            endpoint, _ = self._routes.match(urlsplit(path).path, method="GET")
        except HTTPException:
            return "nowhere" if path in STARTS[self._who] else None
        return None if endpoint.startswith(_OTHERS[self._who]) else str(endpoint)
