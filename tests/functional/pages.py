"""A shop's own server: pages, scripts and headers by path, on an origin of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from portal.assets import STATIC
from tests.serving import Handler, serving

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

    class Asking(Handler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            pages.asked.append(path)
            text = pages.files.get(path)
            kind = _KINDS["js" if path.endswith(".js") else "html"]
            status = 404 if text is None else 200
            self.reply((text or "").encode(), status=status, **{"Content-Type": kind} | pages.headers)

    with serving(Asking) as url:
        pages.url = url
        yield pages
