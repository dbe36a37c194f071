"""For stories, 9 to 16: the picture runs into the ground, and nothing lies where the apps put their own buttons."""

from __future__ import annotations

from distribution.promotion.poster.fitting import Box
from distribution.promotion.poster.letters import Role
from distribution.promotion.poster.marks import Area, Fill, Mark, Shade
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


def story(spec: PosterSpec) -> list[Mark]:
    """The poster from top to bottom."""
    palette = palette_of(spec)
    marks: list[Mark] = [Fill(Area(0, 0, 1080, 1920), palette.ground)]
    marks += picture(spec, Area(0, 0, 1080, 1180))
    marks.append(Shade(Area(0, 760, 1080, 422), palette.ground, 1.0))
    marks += brand(spec, Area(72, 1080, 936, 56), colour=palette.ink)
    title = spec.headline or spec.product
    more, top = words(
        title, Area(72, 1168, 936, 230), Box(936, 230, 98, 48, 2), Style(Role.SERIF, palette.ink)
    )
    marks += more
    room = 936.0
    if spec.price:
        marks += one_line(
            spec.price, Area(628, top + 24, 380, 80), 60, Style(Role.BOLD, palette.accent, "right")
        )
        room = 530.0
    if spec.headline and spec.product:
        box = Box(room, 92, 38, 28, 2)
        more, _ = words(spec.product, Area(72, top + 34, room, 92), box, Style(Role.TEXT, palette.quiet))
        marks += more
    marks.append(Fill(Area(72, 1560, 936, 272), "#ffffff", 36))
    marks += code(spec, Area(84, 1572, 248, 248))
    marks += person(spec, Area(356, 1610, 620, 96), ink="#15181c", quiet="#5b626b")
    marks += one_line(spec.invite, Area(356, 1736, 620, 44), 30, Style(Role.TEXT, "#5b626b"))
    return marks
