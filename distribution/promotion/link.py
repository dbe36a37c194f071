"""Addresses of referral links, of their QR codes, and of the page to join under a distributor."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def referral_link(portal_url: str, code: str, to: str | None = None) -> str:
    """The short link of a code, to the shop's front page or to the page `to` of the shop."""
    query = "?" + urlencode({"to": to}, safe="/") if to and to != "/" else ""
    return f"{_base(portal_url)}/r/{quote(code, safe='')}{query}"


def join_link(portal_url: str, code: str) -> str:
    """Where somebody applies with the code's owner as their sponsor."""
    return f"{_base(portal_url)}/join/{quote(code, safe='')}"


def _base(portal_url: str) -> str:
    return portal_url.rstrip("/")
