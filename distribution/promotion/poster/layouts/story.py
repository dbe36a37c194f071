"""For stories, 9 to 16: the picture runs into the ground, and nothing lies where the apps put their own buttons."""

from __future__ import annotations

from distribution.promotion.poster.fitting import Box
from distribution.promotion.poster.letters import Role
from distribution.promotion.poster.marks import Area, Fill, Mark, Shade
from distribution.promotion.poster.parts import (
    Align,
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

_LOWEST = 130


def story(spec: PosterSpec) -> list[Mark]:
    """The poster from top to bottom."""
    palette = palette_of(spec)
    # The fewer words there are, the further down runs the picture.
    _, end = _words(spec, 1168)
    down = min(_LOWEST, max(0.0, 1500 - end))
    marks: list[Mark] = [Fill(Area(0, 0, 1080, 1920), palette.ground)]
    marks += picture(spec, Area(0, 0, 1080, 1180 + down))
    marks.append(Shade(Area(0, 760 + down, 1080, 422), palette.ground, 1.0))
    marks += brand(spec, Area(72, 1080 + down, 936, 56), colour=palette.ink)
    more, _ = _words(spec, 1168 + down)
    marks += more
    marks.append(Fill(Area(72, 1560, 936, 272), "#ffffff", 36))
    marks += code(spec, Area(84, 1572, 248, 248))
    marks += person(spec, Area(356, 1610, 620, 96), ink="#15181c", quiet="#5b626b")
    marks += one_line(spec.invite, Area(356, 1736, 620, 44), 30, Style(Role.TEXT, "#5b626b"))
    return marks


def _words(spec: PosterSpec, top: float) -> tuple[list[Mark], float]:
    """Headline, product and price from there on, and where they end."""
    palette, both = palette_of(spec), bool(spec.headline and spec.product)
    title, box = spec.headline or spec.product, Box(936, 230, 98, 48, 2)
    marks, top = words(title, Area(72, top, 936, 230), box, Style(Role.SERIF, palette.ink))
    room, end = 936.0, top
    if spec.price:
        side: Align = "right" if both else "left"
        area = Area(628, top + 24, 380, 80) if both else Area(72, top + 24, 936, 80)
        marks += one_line(spec.price, area, 60, Style(Role.BOLD, palette.accent, side))
        room, end = 530.0, top + 104
    if both:
        box = Box(room, 92, 38, 28, 2)
        more, below = words(spec.product, Area(72, top + 34, room, 92), box, Style(Role.TEXT, palette.quiet))
        marks, end = marks + more, max(end, below)
    return marks, end
