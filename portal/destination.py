"""Where a click lands: always on the storefront, whatever the link asks for."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

_OURS = {"ref", "click"}
_PLAIN = re.compile(r"/[A-Za-z0-9/_.~-]*", re.ASCII)
_SAFE_PATH = "/%:@!$&'()*+,;=~-._"
_LONGEST = 2000
_MOST_FIELDS = 100


class Storefront:
    """Builds addresses on one origin."""

    def __init__(self, url: str) -> None:
        self._base = url.rstrip("/")
        parts = urlsplit(self._base)
        self._origin = f"{parts.scheme}://{parts.netloc}"

    def address(self, wanted: str, *, ref: str | None = None, click: str | None = None) -> str:
        """The storefront's page for `wanted`, a path or an address on its origin; its front page for all else."""
        return self.landing(wanted, ref=ref, click=click)[0]

    def landing(self, wanted: str, *, ref: str | None = None, click: str | None = None) -> tuple[str, str]:
        """That address, and its path and query alone, without code and click: the page that somebody lands on."""
        # The plain case is most of them, and parsing costs more than all the rest.
        if _PLAIN.fullmatch(wanted):
            path, query, fragment = wanted, "", ""
        else:
            path, query, fragment = self._split(wanted)
        page = f"{path}?{query}" if query else path
        base = self._base
        if ref is not None and click is not None:
            query = f"{query}{'&' if query else ''}ref={quote(ref, safe='')}&click={click}"
        return f"{base}{path}{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}", page

    def _split(self, wanted: str) -> tuple[str, str, str]:
        if wanted == self._base or wanted.startswith((f"{self._base}/", f"{self._base}?")):
            wanted = wanted[len(self._base) :] or "/"
        if not wanted.startswith("/") or len(wanted) > _LONGEST:
            return "/", "", ""
        path_and_query, _, fragment = wanted.partition("#")
        path, _, query = path_and_query.partition("?")
        try:
            pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            # More than any page asks for: the page itself is right all the same.
            pairs = []
        kept = [pair for pair in pairs if pair[0] not in _OURS]
        return quote(path, safe=_SAFE_PATH), urlencode(kept), quote(fragment, safe=_SAFE_PATH)
