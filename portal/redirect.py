"""A click on a referral link, answered before Flask is asked: one look-up in memory, one acknowledged write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import Engine
from uuid_utils import uuid7

from distribution.settings.environment import Settings
from portal.clicklog import ClickLog, packed
from portal.codes import Codes
from portal.destination import Storefront
from portal.short_links import ShortLinks

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
_LONGEST_TEXT = 512
_LONGEST_PAGE = 2000
_PICTURES = frozenset({"qr.svg", "qr.png"})
_PLAIN = re.compile(r"to=[A-Za-z0-9/_.~-]+", re.ASCII)


class ClickRedirect:
    """WSGI middleware for `/r/<code>` and `/r/<code>/<slug>`; everything else goes on to the application."""

    def __init__(self, application: Callable[..., Any], *, engine: Engine, settings: Settings) -> None:
        self._application = application
        self._codes = Codes(engine)
        self._links = ShortLinks(engine)
        self._log = ClickLog(settings.redis_url)
        self._storefront = Storefront(settings.storefront_url)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        code, _, slug = path[3:].partition("/")
        if (
            not path.startswith("/r/")
            or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
            or (slug and (slug in _PICTURES or "/" in slug))
        ):
            answer: Iterable[bytes] = self._application(environ, start_response)
            return answer
        location = self._follow(environ, code, slug)
        start_response(
            "302 Found",
            [
                ("Location", location),
                ("Content-Length", "0"),
                ("Cache-Control", "no-store"),
                ("X-Robots-Tag", "noindex"),
            ],
        )
        return ()

    def _follow(self, environ: Environ, raw_code: str, slug: str) -> str:
        query = environ.get("QUERY_STRING", "")
        wanted = _target(_text(query)) if "to=" in query else "/"
        given = _text(raw_code)
        link = self._links.find(given, slug) if slug else None
        if link is not None:
            wanted = link.path
        code = self._codes.find(given)
        if code is None:
            return self._storefront.address(wanted)
        click = uuid7().hex
        location, page = self._storefront.landing(wanted, ref=code, click=click)
        if environ["REQUEST_METHOD"] == "GET":
            self._log.record(
                packed(
                    code=code,
                    click=click,
                    at=datetime.now(UTC).isoformat(),
                    url=page[:_LONGEST_PAGE],
                    ip_hash=self._codes.address_hash(environ.get("REMOTE_ADDR", "")),
                    ua=environ.get("HTTP_USER_AGENT", "")[:_LONGEST_TEXT],
                    link=link.id.hex if link is not None else "",
                )
            )
        return location


def _target(query: str) -> str:
    # Most links carry nothing else, and nothing to decode.
    if _PLAIN.fullmatch(query):
        return query[3:]
    try:
        return parse_qs(query, max_num_fields=20).get("to", ("/",))[0]
    except ValueError:
        return "/"


def _text(raw: str) -> str:
    """WSGI hands over the bytes of UTF-8 read as Latin-1."""
    return raw if raw.isascii() else raw.encode("latin-1", "replace").decode("utf-8", "replace")
