"""How each template lays out what a poster says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from distribution.promotion.poster.layouts.card import card
from distribution.promotion.poster.layouts.moments import moments
from distribution.promotion.poster.layouts.sheet import sheet
from distribution.promotion.poster.layouts.square import square
from distribution.promotion.poster.layouts.story import story
from distribution.promotion.poster.marks import Mark
from distribution.promotion.poster.spec import PosterSpec, Template


@dataclass(frozen=True, slots=True)
class Layout:
    """A template's size in pixels, how many of its picture one of them is, and how many points on paper."""

    width: int
    height: int
    marks: Callable[[PosterSpec], list[Mark]]
    scale: int = 1
    points: float = 0.5


LAYOUTS: Mapping[Template, Layout] = {
    "moments": Layout(1080, 1920, moments),
    "story": Layout(1080, 1920, story),
    "card": Layout(1080, 1440, card),
    "square": Layout(1080, 1080, square),
    # A4: 210 by 297 millimetres, at 300 dots an inch.
    "sheet": Layout(1240, 1754, sheet, scale=2, points=0.48),
}

__all__ = ["LAYOUTS", "Layout"]
