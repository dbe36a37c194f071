"""Makes a text as large as its box allows, and its lines as even; what is too much ends in three dots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from distribution.promotion.poster.breaking import Measure, break_lines, widest_piece
from distribution.promotion.poster.letters import Role, is_chinese, width

_STEPS = 24
_TRIES = 16


@dataclass(frozen=True, slots=True)
class Box:
    """How wide and high a text may become, in how many lines, and between which sizes."""

    width: float
    height: float
    largest: float
    smallest: float
    lines: int
    leading: float = 1.2


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines at a size; `leading` is what the size is multiplied by from one line to the next."""

    lines: tuple[str, ...]
    size: float
    leading: float

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last."""
        return self.size * (1 + self.leading * (len(self.lines) - 1)) if self.lines else 0.0


def fit(text: str, box: Box, role: Role, *, tracking: float = 0.0) -> Fitted:
    """The text in its box: as large as goes, then with even lines; `tracking` is a share of the size."""
    if not text:
        return Fitted((), box.smallest, _leading(text, box))
    leading = _leading(text, box)
    for step in range(_STEPS + 1):
        size = box.largest - (box.largest - box.smallest) * step / _STEPS
        measure = partial(_measured, role=role, size=size, tracking=tracking)
        lines = break_lines(text, box.width, measure)
        found = Fitted(tuple(lines), size, leading)
        whole_words = widest_piece(text, measure) <= box.width
        if len(lines) <= box.lines and found.height <= box.height and (whole_words or step == _STEPS):
            return Fitted(_even(text, lines, box.width, measure), size, leading)
    return _cut(text, box, role, tracking, leading)


def _measured(text: str, role: Role, size: float, tracking: float) -> float:
    return width(text, role, size, tracking * size)


def _leading(text: str, box: Box) -> float:
    # Ideographs fill their square: their lines need more air between them.
    return box.leading * (1.1 if any(map(is_chinese, text)) else 1.0)


def _even(text: str, lines: list[str], width: float, measure: Measure) -> tuple[str, ...]:
    """The same number of lines: ending where the sentence pauses if that goes, else in the narrowest column."""
    if len(lines) < 2:
        return tuple(lines)
    least = min(width, max(width * 0.4, widest_piece(text, measure)))
    best, best_pauses = lines, _pauses(lines)
    for step in range(_TRIES):
        tried = break_lines(text, width - (width - least) * step / (_TRIES - 1), measure)
        if len(tried) == len(lines) and _pauses(tried) >= best_pauses:
            best, best_pauses = tried, _pauses(tried)
    return tuple(best)


def _pauses(lines: list[str]) -> int:
    return sum(line[-1] in "，。、；：！？,;:.!?" for line in lines[:-1])


def _cut(text: str, box: Box, role: Role, tracking: float, leading: float) -> Fitted:
    size = box.smallest
    most = max(1, min(box.lines, int((box.height / size - 1) / leading) + 1))
    measure = partial(_measured, role=role, size=size, tracking=tracking)
    lines = break_lines(text, box.width, measure)
    if len(lines) > most:
        last = lines[most - 1]
        while last and measure(last.rstrip() + "…") > box.width:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip(" ,.，。、;；:：") + "…"]
    return Fitted(tuple(lines), size, leading)
