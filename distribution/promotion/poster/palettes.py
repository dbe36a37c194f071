"""The colours a poster may have; every pair that carries words has at least 4.5 to 1."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """`ground` and what stands on it: words, quiet words, price and lines; `tint` is a second ground."""

    ground: str
    tint: str
    ink: str
    quiet: str
    accent: str
    on_accent: str
    line: str


PALETTES: dict[str, Palette] = {
    "porcelain": Palette("#f7f4ee", "#ece6da", "#1f2622", "#5e655f", "#a4472a", "#ffffff", "#d9d1c2"),
    "celadon": Palette("#e6efe9", "#d3e3da", "#14322a", "#456057", "#0b6b50", "#ffffff", "#bcd2c7"),
    "night": Palette("#14201f", "#1e2e2c", "#f6f1e6", "#a9b8b1", "#e9c98b", "#14201f", "#35504b"),
    "vermilion": Palette("#9c2f1f", "#b03a28", "#fff6ea", "#f3cdbd", "#ffe0a3", "#7c2114", "#c2604d"),
    "snow": Palette("#ffffff", "#f1f2f4", "#15181c", "#5b626b", "#1f4fd1", "#ffffff", "#dfe2e6"),
}
