"""For WeChat Moments and other feeds, 9 to 16: the picture in an arch, words centred below it."""

from __future__ import annotations

from distribution.promotion.poster.fitting import Box
from distribution.promotion.poster.letters import Role
from distribution.promotion.poster.marks import Area, Fill, Mark
from distribution.promotion.poster.parts import (
    Style,
    brand,
    code,
    one_line,
    palette_of,
    person,
    picture,
    words,
)
from distribution.promotion.poster.spec import PosterSpec

_PICTURE, _LARGEST, _LINE, _BETWEEN, _BELOW = 188, 1080, 1580, 56, 64


def moments(spec: PosterSpec) -> list[Mark]:
    """The poster from top to bottom."""
    palette = palette_of(spec)
    marks: list[Mark] = [Fill(Area(0, 0, 1080, 1920), palette.ground)]
    marks += brand(spec, Area(96, 72, 888, 64), "middle")
    # The fewer words there are, the larger is the picture.
    _, high = _words(spec, 0)
    top = min(_LINE - _BELOW - high, _PICTURE + _LARGEST + _BETWEEN)
    marks += picture(spec, Area(120, _PICTURE, 840, top - _BETWEEN - _PICTURE), arch=True)
    more, _ = _words(spec, top)
    marks += more
    marks.append(Fill(Area(96, _LINE, 888, 2), palette.line))
    marks += code(spec, Area(736, 1618, 248, 248))
    marks += person(spec, Area(96, 1642, 610, 104))
    marks += one_line(spec.invite, Area(96, 1786, 610, 44), 32, Style(Role.TEXT, palette.quiet))
    return marks


def _words(spec: PosterSpec, top: float) -> tuple[list[Mark], float]:
    """Headline, product and price from there on, and where they end."""
    palette = palette_of(spec)
    title, box = spec.headline or spec.product, Box(888, 210, 84, 44, 2)
    marks, top = words(title, Area(96, top, 888, 200), box, Style(Role.SERIF, palette.ink, "middle"))
    if spec.headline and spec.product:
        top += 26
        marks += one_line(spec.product, Area(96, top, 888, 44), 38, Style(Role.TEXT, palette.quiet, "middle"))
        top += 44
    if spec.price:
        area = Area(96, top + 22, 888, 76)
        marks += one_line(spec.price, area, 66, Style(Role.BOLD, palette.accent, "middle"))
        top += 98
    return marks, top
