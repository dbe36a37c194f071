"""Whether a code can be read: by reading the very picture that people will be shown, also from further away."""

from __future__ import annotations

import zxingcpp
from PIL import Image, ImageFilter

from distribution.errors import InvalidInput
from distribution.promotion.qr.modules import matrix

_PIXELS_FAR = 3.0
"""So many pixels of a module are left to a phone that is held far off."""


class UnreadableCode(InvalidInput):
    """The picture was drawn and no reader could read it."""

    code = "unreadable_code"

    def __init__(self) -> None:
        super().__init__(
            "this code cannot be read: choose a darker dark colour, a lighter light one, or no picture in it",
            field="dark",
        )


def read_back(image: Image.Image) -> set[str]:
    """What a reader finds in the picture."""
    return {found.text for found in zxingcpp.read_barcodes(image.convert("L"))}


def check_readable(image: Image.Image, text: str, *, modules_wide: int | None = None) -> None:
    """Raise UnreadableCode unless the code says `text`, as it is and small and out of focus.

    `modules_wide`: how many modules the picture is wide, quiet zone included; the code's own with it by default.
    """
    wide = modules_wide or len(matrix(text, covered=True)) + 8
    if text not in read_back(image) or text not in read_back(_far(image, wide)):
        raise UnreadableCode


def _far(image: Image.Image, modules_wide: int) -> Image.Image:
    width = min(image.width, round(modules_wide * _PIXELS_FAR))
    small = image.convert("L").resize(
        (width, round(image.height * width / image.width)), Image.Resampling.BILINEAR
    )
    return small.filter(ImageFilter.GaussianBlur(0.6))
