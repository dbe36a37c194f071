"""Square: a large picture, words beside it, who recommends it below, the code in the corner."""

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
    marks += picture(spec, Area(48, 48, 600, 700), radius=36)
    marks += brand(spec, Area(692, 56, 340, 44))
    title = spec.headline or spec.product
    more, top = words(
        title, Area(692, 164, 340, 340), Box(340, 340, 62, 34, 5), Style(Role.SERIF, palette.ink)
    )
    marks += more
    if spec.headline and spec.product:
        box = Box(340, 112, 32, 24, 3)
        more, top = words(spec.product, Area(692, top + 24, 340, 112), box, Style(Role.TEXT, palette.quiet))
        marks += more
    if spec.price:
        marks += one_line(spec.price, Area(692, top + 20, 340, 66), 54, Style(Role.BOLD, palette.accent))
    marks += code(spec, Area(760, 760, 272, 272), radius=26)
    marks += person(spec, Area(48, 800, 600, 100))
    top = 936 if spec.person else 866
    return marks + one_line(spec.invite, Area(48, top, 660, 44), 30, Style(Role.TEXT, palette.quiet))
