"""Parts of several templates: words in a box, the brand, who recommends it, the code on its card, the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from distribution.promotion.poster.fitting import Box, Fitted, fit
from distribution.promotion.poster.letters import Role, is_chinese, width
from distribution.promotion.poster.marks import (
    Area,
    Code,
    Fill,
    Line,
    Mark,
    Photo,
    PictureName,
    Ring,
)
from distribution.promotion.poster.palettes import PALETTES, Palette
from distribution.promotion.poster.spec import PosterSpec

Align = Literal["left", "middle", "right"]
_CHINESE_STOPS = "，。、；：！？"


@dataclass(frozen=True, slots=True)
class Style:
    """What words are set in."""

    role: Role
    colour: str
    align: Align = "left"
    tracking: float = 0.0


def palette_of(spec: PosterSpec) -> Palette:
    """The colours of a poster."""
    return PALETTES[spec.palette]


def words(text: str, area: Area, box: Box, style: Style) -> tuple[list[Mark], float]:
    """The text at the top of the area, and where it ends below."""
    fitted = fit(text, box, style.role, tracking=style.tracking)
    return lines(fitted, area, style), area.top + fitted.height


def lines(fitted: Fitted, area: Area, style: Style) -> list[Mark]:
    """Fitted lines at the top of the area."""
    marks: list[Mark] = []
    for index, line in enumerate(fitted.lines):
        left = area.left + _indent(line, area.width, fitted.size, style)
        stand = 0.86 if any(map(is_chinese, line)) else 0.8
        baseline = area.top + fitted.size * (stand + fitted.leading * index)
        marks.append(
            Line(left, baseline, line, style.role, fitted.size, style.colour, tracking=style.tracking)
        )
    return marks


def _indent(line: str, room: float, size: float, style: Style) -> float:
    tracking = style.tracking * size
    spare = room - width(line, style.role, size, tracking)
    if style.align != "middle":
        return 0.0 if style.align == "left" else spare
    # A Chinese comma fills a square with a corner of ink: centred by its ink, the line may reach so far to the right.
    ink = room - width(line.rstrip(_CHINESE_STOPS), style.role, size, tracking)
    return max(0.0, min(ink / 2, spare))


def one_line(text: str, area: Area, size: float, style: Style, *, smallest: float = 0.6) -> list[Mark]:
    """The text on one line, standing in the middle of the area's height."""
    box = Box(area.width, size * 1.2, size, size * smallest, 1)
    fitted = fit(text, box, style.role, tracking=style.tracking)
    top = area.top + (area.height - fitted.size) / 2
    return lines(fitted, Area(area.left, top, area.width, fitted.size), style)


def brand(spec: PosterSpec, area: Area, align: Align = "left", *, colour: str | None = None) -> list[Mark]:
    """Logo and name of the program on one line."""
    side, gap = area.height, area.height * 0.32
    style = Style(Role.BOLD, colour or palette_of(spec).ink, tracking=0.02)
    if spec.logo is None:
        return one_line(spec.program, area, side * 0.56, Style(style.role, style.colour, align, 0.02))
    room = area.width - side - gap
    fitted = fit(spec.program, Box(room, side, side * 0.56, side * 0.34, 1), style.role, tracking=0.02)
    wide = max(
        (width(line, style.role, fitted.size, 0.02 * fitted.size) for line in fitted.lines), default=0.0
    )
    left = area.left + {"left": 0.0, "middle": (room - wide) / 2, "right": room - wide}[align]
    named = Area(left + side + gap, area.top + (side - fitted.size) / 2, wide, fitted.size)
    return [Photo(Area(left, area.top, side, side), "logo", side * 0.22), *lines(fitted, named, style)]


def person(spec: PosterSpec, area: Area, *, ink: str | None = None, quiet: str | None = None) -> list[Mark]:
    """Portrait, name and that they recommend it; without a portrait the first letter of their name."""
    if not spec.person:
        return []
    palette, side = palette_of(spec), area.height
    circle = Area(area.left, area.top, side, side)
    marks: list[Mark] = []
    if spec.portrait is not None:
        marks.append(Photo(circle, "portrait", side / 2))
    else:
        marks.append(Fill(circle, palette.accent, side / 2))
        letter = Style(Role.BOLD, palette.on_accent, "middle")
        marks += one_line(spec.person[0].upper(), circle, side * 0.46, letter)
    left = circle.right + side * 0.24
    room = area.right - left
    name, by = Style(Role.BOLD, ink or palette.ink), Style(Role.TEXT, quiet or palette.quiet)
    if not spec.by:
        return marks + one_line(spec.person, Area(left, area.top, room, side), side * 0.36, name)
    marks += one_line(spec.person, Area(left, area.top + side * 0.08, room, side * 0.44), side * 0.36, name)
    return marks + one_line(spec.by, Area(left, area.top + side * 0.52, room, side * 0.4), side * 0.28, by)


def code(spec: PosterSpec, area: Area, *, radius: float = 24.0) -> list[Mark]:
    """The code on a white card; its quiet zone is the card's edge."""
    middle: PictureName | None = None
    if spec.in_code == "portrait" and spec.portrait is not None:
        middle = "portrait"
    elif spec.in_code == "logo" and spec.logo is not None:
        middle = "logo"
    return [
        Fill(area, "#ffffff", radius),
        Code(area, "#14201f", "#ffffff", middle),
    ]


def picture(spec: PosterSpec, area: Area, *, radius: float = 0.0, arch: bool = False) -> list[Mark]:
    """The product's picture; without one its first letter on the rings of a tree."""
    if spec.picture is not None:
        return [Photo(area, "product", radius, arch)]
    palette = palette_of(spec)
    marks: list[Mark] = [Fill(area, palette.tint, radius, arch)]
    centre = (area.left + area.width / 2, area.top + area.height / 2)
    least = min(area.width, area.height) / 2
    marks += [Ring(centre, least * share / 10, palette.line, 3) for share in (3.4, 4.9, 6.4, 7.9)]
    letter = Style(Role.SERIF, palette.accent, "middle")
    first = (spec.product or spec.headline)[:1].upper()
    return marks + one_line(first, area, least * 0.42, letter)
