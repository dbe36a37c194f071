"""The fonts of papers and posters, as files of this package: Noto Sans and Noto Serif, Latin and Chinese.

The Latin ones have Latin, Greek and Cyrillic letters. Noto Sans SC Regular has all the characters of its font; its
bold and the serif have the ten thousand in common use, and the regular one stands in for what they lack.
"""

from __future__ import annotations

import lzma
from enum import StrEnum
from importlib.resources import files


class Face(StrEnum):
    """A font by the name of its file."""

    SANS = "NotoSans-Regular.ttf"
    SANS_BOLD = "NotoSans-Bold.ttf"
    SERIF = "NotoSerif-SemiBold.ttf"
    CHINESE = "NotoSansSC-Regular.ttf.xz"
    CHINESE_BOLD = "NotoSansSC-Bold.ttf.xz"
    CHINESE_SERIF = "NotoSerifSC-Regular.ttf.xz"


def content(face: Face) -> bytes:
    """The font as TrueType; unpacking a Chinese one takes a third of a second."""
    packed = files("distribution.faces").joinpath(face.value).read_bytes()
    return lzma.decompress(packed) if face.value.endswith(".xz") else packed
