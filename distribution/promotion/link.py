"""Addresses of referral links, of their QR codes, and of the page to join under a distributor."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from distribution.promotion.errors import LinkTooLong

LONGEST_LINK = 600
"""Characters of a link as it is copied and stands in a QR code: a code of more is too fine for a phone's camera."""


def referral_link(portal_url: str, code: str, to: str | None = None) -> str:
    """The short link of a code, to the shop's front page or to the page `to` of the shop."""
    query = "?" + urlencode({"to": to}, safe="/") if to and to != "/" else ""
    return f"{_base(portal_url)}/r/{quote(code, safe='')}{query}"


def shared_link(portal_url: str, code: str, to: str | None = None) -> str:
    """The same for sharing; raises LinkTooLong where it is longer than `LONGEST_LINK` once everything is encoded."""
    link = referral_link(portal_url, code, to)
    if len(link) > LONGEST_LINK:
        raise LinkTooLong(len(link), LONGEST_LINK)
    return link


def saved_link(portal_url: str, code: str, slug: str) -> str:
    """The address of a link that its owner saved under a short name."""
    return f"{_base(portal_url)}/r/{quote(code, safe='')}/{slug}"


def join_link(portal_url: str, code: str) -> str:
    """Where somebody applies with the code's owner as their sponsor."""
    return f"{_base(portal_url)}/join/{quote(code, safe='')}"


def _base(portal_url: str) -> str:
    return portal_url.rstrip("/")
