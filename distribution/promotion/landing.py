"""Which page of the shop a click led to: a path without what we, or the networks it passed through, hung on to it."""

from __future__ import annotations

import re

FRONT_PAGE = "/"
_ORIGIN = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_NOISE = re.compile(
    r"(ref|click|utm_\w+|mc_[ce]id|_g[al]|[a-z]{1,3}clid|gclsrc|[wg]braid|igsh(id)?|spm|scm|isappinstalled|nsukey)(=.*)?"
    r"|from=(singlemessage|groupmessage|timeline)"
)


def landing_page(url: str | None) -> str | None:
    """The path, with what is left of its query: two clicks on one page of the shop are two clicks on one page.

    `migrations/versions/0035_saved_links.py` does the same to what was recorded before.
    """
    if not url:
        return None
    path_and_query = _ORIGIN.sub("", url, count=1).partition("#")[0]
    path, _, query = path_and_query.partition("?")
    kept = "&".join(part for part in query.split("&") if part and _NOISE.fullmatch(part) is None)
    return (path.rstrip("/") or FRONT_PAGE) + (f"?{kept}" if kept else "")
