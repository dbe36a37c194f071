"""What somebody pasted as a page of the shop, as the path that a link carries."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from flask_babel import gettext

from distribution.promotion.saved.save import LONGEST_PATH

_ENCODED_LETTERS = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


def read_address(wanted: str, storefront_url: str) -> tuple[str, str]:
    """The storefront's path for it, or what is wrong with it."""
    shop = urlsplit(storefront_url)
    try:
        given = urlsplit(wanted)
    except ValueError:
        # Such as a bracket where a host is expected.
        return "", gettext("This is no page of the shop.")
    if given.scheme or given.netloc:
        if given.netloc.lower() != shop.netloc.lower() or given.scheme not in {"http", "https"}:
            return "", gettext(
                "This address is not in the shop. It must begin with %(shop)s.", shop=storefront_url
            )
        path = given.path.removeprefix(shop.path.rstrip("/")) or "/"
    else:
        path = given.path if given.path.startswith("/") else f"/{given.path}"
    path = _written_out(path + (f"?{given.query}" if given.query else ""))
    if not path.isprintable() or path.startswith("//") or "\\" in path:
        return "", gettext("This is no page of the shop.")
    if len(path) > LONGEST_PATH:
        return "", too_long_address()
    return path, ""


def too_long_address() -> str:
    """That an address is longer than any link can carry."""
    return gettext(
        "This address is too long: at most %(most)s characters. What follows the question mark can often be left out.",
        most=LONGEST_PATH,
    )


def _written_out(path: str) -> str:
    """Browsers copy letters of other scripts encoded; encoded once more in a link they would be five times as long."""
    return _ENCODED_LETTERS.sub(lambda found: _letters(found[0]), path)


def _letters(encoded: str) -> str:
    try:
        letters = unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        return encoded
    return letters if letters.isprintable() and not any(each.isspace() for each in letters) else encoded
