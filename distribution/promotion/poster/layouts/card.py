"""For picture feeds, 3 to 4: a large picture, words on the left, the code on the right."""

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


def card(spec: PosterSpec) -> list[Mark]:
    """The poster from top to bottom."""
    palette = palette_of(spec)
    marks: list[Mark] = [Fill(Area(0, 0, 1080, 1440), palette.ground)]
    marks += picture(spec, Area(48, 48, 984, 820), radius=40)
    title = spec.headline or spec.product
    more, top = words(
        title, Area(64, 916, 640, 230), Box(640, 230, 78, 40, 3), Style(Role.SERIF, palette.ink)
    )
    marks += more
    if spec.headline and spec.product:
        box = Box(640, 80, 34, 26, 2)
        more, top = words(spec.product, Area(64, top + 22, 640, 80), box, Style(Role.TEXT, palette.quiet))
        marks += more
    if spec.price:
        marks += one_line(spec.price, Area(64, top + 16, 640, 66), 56, Style(Role.BOLD, palette.accent))
    marks += code(spec, Area(760, 912, 272, 272), radius=28)
    invite, box = Area(760, 1198, 272, 72), Box(272, 72, 26, 20, 2)
    more, _ = words(spec.invite, invite, box, Style(Role.TEXT, palette.quiet, "middle"))
    marks += more
    marks.append(Fill(Area(64, 1290, 952, 2), palette.line))
    marks += person(spec, Area(64, 1318, 520, 84))
    align, left = ("right", 600) if spec.person else ("left", 64)
    marks += brand(spec, Area(left, 1334, 416, 52), "right" if align == "right" else "left")
    return marks
