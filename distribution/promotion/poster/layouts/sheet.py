"""For print on A4: read from across a room, with the address in letters for who has no camera."""

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


def sheet(spec: PosterSpec) -> list[Mark]:
    """The poster from top to bottom."""
    palette = palette_of(spec)
    marks: list[Mark] = [Fill(Area(0, 0, 1240, 1754), palette.ground)]
    marks += brand(spec, Area(90, 84, 1060, 64))
    title = spec.headline or spec.product
    more, top = words(
        title, Area(90, 196, 1060, 250), Box(1060, 250, 112, 56, 2), Style(Role.SERIF, palette.ink)
    )
    marks += more
    top += 48
    marks += picture(spec, Area(90, top, 1060, 1180 - top), radius=32)
    marks += code(spec, Area(820, 1220, 330, 330), radius=28)
    at = 1226.0
    if spec.headline and spec.product:
        box = Box(690, 116, 48, 34, 2)
        more, at = words(spec.product, Area(90, at, 690, 116), box, Style(Role.BOLD, palette.ink))
        marks += more
        at += 20
    if spec.price:
        marks += one_line(spec.price, Area(90, at, 690, 92), 80, Style(Role.BOLD, palette.accent))
        at += 104
    more, _ = words(
        spec.invite,
        Area(90, max(at + 8, 1450), 690, 100),
        Box(690, 100, 36, 28, 2),
        Style(Role.TEXT, palette.quiet),
    )
    marks += more
    marks.append(Fill(Area(90, 1588, 1060, 2), palette.line))
    marks += person(spec, Area(90, 1612, 500, 84))
    address = spec.link.partition("://")[2].partition("?")[0]
    left = 620 if spec.person else 90
    style = Style(Role.TEXT, palette.quiet, "right" if spec.person else "left")
    return marks + one_line(address, Area(left, 1612, 1150 - left, 84), 28, style)
