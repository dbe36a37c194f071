"""The colours and the quiet zone of a QR code, and the rules that keep it readable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from distribution.errors import InvalidInput

QUIET_MODULES = 4
LEAST_CONTRAST = 4.0
_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", re.ASCII)


class WeakContrast(InvalidInput):
    """The colours are too alike, or the light one is the darker; `contrast` is written like "2.4"."""

    code = "weak_contrast"

    def __init__(self, contrast: float) -> None:
        super().__init__(
            "the dark colour must be much darker than the light one:"
            f" {LEAST_CONTRAST:.0f} to 1, not {contrast:.1f} to 1",
            field="dark",
            contrast=f"{contrast:.1f}",
            least=f"{LEAST_CONTRAST:.0f}",
        )


def rgb(colour: str, *, field: str = "colour") -> tuple[int, int, int]:
    """The parts of a colour; raises InvalidInput unless it is written #rrggbb."""
    found = _COLOUR.fullmatch(colour)
    if found is None:
        raise InvalidInput(f"{field}: a colour is written #rrggbb", field=field)
    red, green, blue = (int(group, 16) for group in found.groups())
    return red, green, blue


def luminance(colour: str, *, field: str = "colour") -> float:
    """Relative luminance as WCAG defines it, from 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in rgb(colour, field=field))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(light: str, dark: str) -> float:
    """How many times lighter the one is than the other, as WCAG counts; below 1 where it is darker."""
    return (luminance(light, field="light") + 0.05) / (luminance(dark, field="dark") + 0.05)


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as #rrggbb, and the width of the quiet zone around the code; readers want it four modules wide.

    Raises WeakContrast: readers expect dark on light, and telling one from the other takes contrast.
    """

    dark: str = "#000000"
    light: str = "#ffffff"
    quiet_modules: int = QUIET_MODULES

    def __post_init__(self) -> None:
        found = contrast(self.light, self.dark)
        if found < LEAST_CONTRAST:
            raise WeakContrast(found)
        if not 0 <= self.quiet_modules <= 20:
            raise InvalidInput("the quiet zone is 0 to 20 modules wide", field="quiet_modules")


PLAIN = Look()
