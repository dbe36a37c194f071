"""Breaks a text into lines: between words, between Chinese characters, and never before a full stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from distribution.promotion.poster.letters import is_chinese

Measure = Callable[[str], float]
_NEVER_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—～·,.;:?!)]}%‰℃°")
_NEVER_LAST = frozenset("（《〈「『【〔“‘([{¥￥$€£#")
_KANA = (0x3000, 0x30FF)


def break_lines(text: str, width: float, measure: Measure) -> list[str]:
    """The lines of a text, none wider than that; a word wider than a line is cut where it must be."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if measure((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while measure(line.rstrip()) > width and len(line.rstrip()) > 1:
            head = _head(line, width, measure)
            lines.append(line[:head])
            line = line[head:].lstrip()
    if line.strip():
        lines.append(line.rstrip())
    return lines


def widest_piece(text: str, measure: Measure) -> float:
    """How wide the widest part is that no line may end within."""
    return max((measure(piece.rstrip()) for piece in _pieces(text)), default=0.0)


def _head(word: str, width: float, measure: Measure) -> int:
    """How many characters of it fit, one at least."""
    fits = 1
    while fits < len(word) and measure(word[: fits + 1]) <= width:
        fits += 1
    return fits


def _pieces(text: str) -> Iterator[str]:
    """The parts between which a line may end; blanks stay at the end of theirs."""
    piece = ""
    for character in text:
        if piece and _may_end_between(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_end_between(before: str, after: str) -> bool:
    if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return before == " " or _breaks(before) or _breaks(after) or before in "-–/"


def _breaks(character: str) -> bool:
    return (
        is_chinese(character) or _KANA[0] <= ord(character) <= _KANA[1] or "\uff00" <= character <= "\uffef"
    )
