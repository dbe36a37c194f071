"""The fonts of papers: Noto Sans for Latin, Greek and Cyrillic letters, Noto Sans SC for Chinese and Japanese ones.

What a paper uses of them is put into its file, so that it looks the same to everybody. The faces are subsets of the
fonts as Google publishes them: these letters, without hints and without features of layout.
"""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import groupby

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

from distribution.faces import Face, content

LATIN, LATIN_BOLD, CHINESE = "NotoSans", "NotoSans-Bold", "NotoSansSC"
_FACES = {
    LATIN: Face.SANS,
    LATIN_BOLD: Face.SANS_BOLD,
    CHINESE: Face.CHINESE,
}


@lru_cache(maxsize=1)
def _letters() -> dict[str, frozenset[int]]:
    """Which characters each font has; registers them, ten megabytes of them, when the first paper is printed."""
    letters = {}
    for name, face in _FACES.items():
        font = TTFont(name, io.BytesIO(content(face)))
        registerFont(font)
        letters[name] = frozenset(font.face.charToGlyph)
    return letters


def is_latin(text: str) -> bool:
    """Whether Noto Sans has every letter."""
    return _letters()[LATIN].issuperset(map(ord, text))


def runs(text: str) -> list[tuple[bool, str]]:
    """The text in parts, each with whether it is to be set in Noto Sans SC: what only that font has."""
    known = _letters()

    def needs_chinese(character: str) -> bool:
        return ord(character) not in known[LATIN] and ord(character) in known[CHINESE]

    return [(chinese, "".join(run)) for chinese, run in groupby(text, needs_chinese)]
