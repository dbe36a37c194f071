"""Initials and colours of people who have no portrait."""

from __future__ import annotations

import zlib

from flask import Flask

_HUES = 5


def initials(name: str) -> str:
    """Ada Lovelace is AL, 王小明 is 王, a***@example.com is A."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    first = words[0][0]
    if ord(first) > 0x2E80:
        return first
    return (first + (words[-1][0] if len(words) > 1 and words[-1][0].isalnum() else "")).upper()


def hue(name: str) -> int:
    """Which of the colours a name has, always the same."""
    return zlib.crc32(name.encode()) % _HUES


def install(app: Flask) -> None:
    """Give templates both as filters."""
    app.add_template_filter(initials)
    app.add_template_filter(hue)
