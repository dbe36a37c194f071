"""Tokens read out of the style sheets themselves, so that the page about them cannot be wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from portal.assets import STATIC

_LIGHT, _DARK = STATIC / "style" / "10-tokens.css", STATIC / "dark.css"
_TOKEN = re.compile(r"^\s*--([\w-]+):\s*(.+?);", re.MULTILINE)
_ICON = re.compile(r'<symbol id="([\w-]+)"')
_HEX = re.compile(r"#[0-9a-f]{6}")
_PIXELS_PER_REM = 16
_ON = {
    "ink": "surface", "ink-2": "surface", "ink-3": "canvas", "on-primary": "primary", "accent": "surface",
    "good": "good-soft", "warn": "warn-soft", "bad": "bad-soft", "note": "note-soft", "line-field": "surface",
}  # fmt: skip
"""What a colour of text or outline is put on."""


@dataclass(frozen=True, slots=True)
class Colour:
    """One colour in both themes; `ratios` is its contrast with what it stands on, `on`, where that matters."""

    name: str
    light: str
    dark: str
    on: str
    ratios: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Size:
    """One length, with its pixels at the usual size of text."""

    name: str
    value: str
    pixels: float


def colours() -> list[Colour]:
    """Every colour there is."""
    light, dark = _read()
    found = []
    for name, value in light.items():
        if not _HEX.fullmatch(value):
            continue
        on = _ON.get(name, "")
        ratios = (contrast(value, light[on]), contrast(dark[name], dark[on])) if on else None
        found.append(Colour(name, value, dark.get(name, value), on, ratios))
    return found


def sizes(prefix: str) -> list[Size]:
    """The lengths of a kind: `text`, `space`, `radius`."""
    found = []
    for name, value in _read()[0].items():
        if name.split("-")[0] == prefix and (number := re.fullmatch(r"([\d.]+)(rem|px)", value)):
            pixels = float(number[1]) * (_PIXELS_PER_REM if number[2] == "rem" else 1)
            found.append(Size(name, value, pixels))
    return found


def others(*names: str) -> list[tuple[str, str]]:
    """Tokens by name, as they are written."""
    light = _read()[0]
    return [(name, light[name]) for name in names]


@cache
def icons() -> tuple[str, ...]:
    """The names of the sprite."""
    return tuple(_ICON.findall((STATIC / "icons.svg").read_text("utf-8")))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2 between two colours, 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def _read() -> tuple[dict[str, str], dict[str, str]]:
    light: dict[str, str] = {}
    for name, value in _TOKEN.findall(_LIGHT.read_text("utf-8")):
        # What reduced motion says again is no second token.
        light.setdefault(name, value)
    return light, light | dict(_TOKEN.findall(_DARK.read_text("utf-8")))
