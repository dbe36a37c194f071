"""Addresses that came from outside are followed only inside the portal."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_target(wanted: str | None, default: str = "/") -> str:
    """`wanted` when it is a path of this portal, else `default`: no open redirect."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return default
    if any(ord(character) < 32 or ord(character) == 127 for character in wanted):
        return default
    parts = urlsplit(wanted)
    return default if parts.scheme or parts.netloc else wanted
