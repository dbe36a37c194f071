"""Square: the picture on one half, everything else on the other."""

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


def square(spec: PosterSpec) -> list[Mark]:
    """The poster from left to right."""
    palette = palette_of(spec)
    marks: list[Mark] = [Fill(Area(0, 0, 1080, 1080), palette.ground)]
    marks += picture(spec, Area(0, 0, 540, 1080))
    marks += brand(spec, Area(590, 60, 440, 50))
    title = spec.headline or spec.product
    more, top = words(
        title, Area(590, 190, 440, 330), Box(440, 330, 74, 38, 4), Style(Role.SERIF, palette.ink)
    )
    marks += more
    if spec.headline and spec.product:
        box = Box(440, 112, 34, 26, 3)
        more, top = words(spec.product, Area(590, top + 26, 440, 112), box, Style(Role.TEXT, palette.quiet))
        marks += more
    if spec.price:
        marks += one_line(spec.price, Area(590, top + 18, 440, 70), 58, Style(Role.BOLD, palette.accent))
    marks += code(spec, Area(590, 800, 236, 236), radius=22)
    box = Box(184, 120, 26, 20, 4)
    if spec.person:
        marks += person(spec, Area(590, 694, 440, 80))
    more, _ = words(spec.invite, Area(850, 824, 184, 120), box, Style(Role.TEXT, palette.quiet))
    return marks + more
