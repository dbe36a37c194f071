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


def moments(spec: PosterSpec) -> list[Mark]:
    """The poster from top to bottom."""
    palette = palette_of(spec)
    marks: list[Mark] = [Fill(Area(0, 0, 1080, 1920), palette.ground)]
    marks += brand(spec, Area(96, 72, 888, 64), "middle")
    marks += picture(spec, Area(120, 188, 840, 900), arch=True)
    title = spec.headline or spec.product
    more, top = words(
        title, Area(96, 1140, 888, 200), Box(888, 210, 84, 44, 2), Style(Role.SERIF, palette.ink, "middle")
    )
    marks += more
    if spec.headline and spec.product:
        top += 26
        marks += one_line(spec.product, Area(96, top, 888, 44), 38, Style(Role.TEXT, palette.quiet, "middle"))
        top += 44
    if spec.price:
        marks += one_line(
            spec.price, Area(96, top + 22, 888, 76), 66, Style(Role.BOLD, palette.accent, "middle")
        )
    marks.append(Fill(Area(96, 1580, 888, 2), palette.line))
    marks += code(spec, Area(736, 1618, 248, 248))
    marks += person(spec, Area(96, 1642, 610, 104))
    marks += one_line(spec.invite, Area(96, 1786, 610, 44), 32, Style(Role.TEXT, palette.quiet))
    return marks
