"""Which font draws which character, and how wide it is; what no font has is left out, instead of an empty box."""

from __future__ import annotations

import io
import unicodedata
from enum import Enum
from functools import lru_cache
from itertools import groupby

from reportlab.pdfbase.ttfonts import TTFontFile

from distribution.faces import Face, content


class Role(Enum):
    """What a text is set in: the fonts to try, the first that has a character draws it."""

    SERIF = (Face.SERIF, Face.CHINESE_SERIF, Face.CHINESE)
    BOLD = (Face.SANS_BOLD, Face.CHINESE_BOLD, Face.CHINESE)
    # The regular Chinese one has no signs but punctuation; the others have those of GB 2312: circled numbers, stars.
    TEXT = (Face.SANS, Face.CHINESE, Face.CHINESE_BOLD)


# Latin fonts have them too, narrow and low: beside Chinese they look lost.
_CHINESE_MARKS = frozenset("“”‘’—…·")
_IDEOGRAPH_BLOCKS = ((0x2E80, 0x2FDF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_SPACES = frozenset("\u00a0\u2002\u2003\u2009\u200a\u3000\t\n\r")


@lru_cache(maxsize=len(Face))
def font_bytes(face: Face) -> bytes:
    """The font, unpacked once in a process."""
    return content(face)


@lru_cache(maxsize=len(Face))
def _metrics(face: Face) -> TTFontFile:
    return TTFontFile(io.BytesIO(font_bytes(face)))


@lru_cache(maxsize=20_000)
def is_chinese(character: str) -> bool:
    """Whether it is an ideograph."""
    return any(first <= ord(character) <= last for first, last in _IDEOGRAPH_BLOCKS)


def drawable(text: str) -> str:
    """The text as it can be drawn: composed, on one line, without what no font has."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(" " if character in _SPACES else character for character in composed)
    return " ".join("".join(character for character in plain if _is_drawn(character)).split())


def left_out(text: str) -> list[str]:
    """The characters that no font has, each once."""
    composed = unicodedata.normalize("NFC", text)
    return [
        character
        for character in dict.fromkeys(composed)
        if not (character in _SPACES or _is_drawn(character)) and unicodedata.category(character)[0] != "C"
    ]


def _is_drawn(character: str) -> bool:
    # Chinese last: most texts never need the ten megabytes of it.
    return unicodedata.category(character) not in {"Cc", "Cf"} and any(
        ord(character) in _metrics(face).charToGlyph for face in Role.TEXT.value
    )


def runs(text: str, role: Role) -> list[tuple[Face, str]]:
    """A drawable text in parts, each with its font."""
    beside_chinese = any(map(is_chinese, text))
    return [
        (font, "".join(part))
        for font, part in groupby(
            text, lambda character: _face(character, role, beside_chinese=beside_chinese)
        )
    ]


@lru_cache(maxsize=20_000)
def _face(character: str, role: Role, *, beside_chinese: bool) -> Face:
    fonts: tuple[Face, ...] = role.value
    if beside_chinese and character in _CHINESE_MARKS:
        fonts = fonts[1:]
    code = ord(character)
    return next((font for font in fonts if code in _metrics(font).charToGlyph), fonts[-1])


def width(text: str, role: Role, size: float, tracking: float = 0.0) -> float:
    """How wide the text is at this size, with so much added behind each character."""
    units = sum(_advance(face, character) for face, part in runs(text, role) for character in part)
    return units * size / 1000 + tracking * len(text)


def advance(face: Face, character: str, size: float) -> float:
    """How far one character moves on."""
    return _advance(face, character) * size / 1000


@lru_cache(maxsize=20_000)
def _advance(face: Face, character: str) -> float:
    found = _metrics(face)
    return float(found.charWidths.get(ord(character), found.defaultWidth))


def outline(face: Face) -> float:
    """How much thicker than its font a face is drawn all around, as a share of the size: the serif has one weight."""
    return 0.008 if face is Face.CHINESE_SERIF else 0.0
