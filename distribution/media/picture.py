"""Makes an uploaded or fetched picture harmless: checked before it is unpacked, drawn anew, rid of what it tells."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from distribution.errors import InvalidInput

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
SHORTEST_SIDE = 16
_QUALITY = 88


class NotAPicture(InvalidInput):
    """The file is none of the pictures that are taken, or broken."""

    code = "not_a_picture"

    def __init__(self, field: str) -> None:
        super().__init__("a picture is a JPEG, PNG or WebP file", field=field)


class PictureTooLarge(InvalidInput):
    """More bytes or pixels than are taken."""

    code = "picture_too_large"

    def __init__(self, field: str) -> None:
        megabytes, megapixels = LARGEST_BYTES // 1024**2, LARGEST_PIXELS // 10**6
        super().__init__(
            f"a picture has at most {megabytes} MB and {megapixels} million pixels",
            field=field,
            megabytes=megabytes,
            megapixels=megapixels,
        )


class PictureTooSmall(InvalidInput):
    """Too few pixels to show anything."""

    code = "picture_too_small"

    def __init__(self, field: str) -> None:
        super().__init__(
            f"a picture is at least {SHORTEST_SIDE} pixels wide and high", field=field, pixels=SHORTEST_SIDE
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was drawn anew by us."""

    content: bytes
    content_type: str
    width: int
    height: int


def harmless(content: bytes, *, longest_side: int, field: str = "picture") -> Picture:
    """The picture upright, at most so large, in a file that holds nothing but its pixels.

    Raises NotAPicture, PictureTooLarge, PictureTooSmall; a picture with transparent parts becomes PNG, any other JPEG.
    """
    image = opened(content, field=field)
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    clear = image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)
    file = io.BytesIO()
    if clear:
        image.save(file, "PNG", optimize=True)
    else:
        image.convert("RGB").save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return Picture(file.getvalue(), "image/png" if clear else "image/jpeg", *image.size)


def opened(content: bytes, *, field: str = "picture") -> Image.Image:
    """The pixels of a picture, upright, as RGB or RGBA; its size is looked at before anything is unpacked."""
    if len(content) > LARGEST_BYTES:
        raise PictureTooLarge(field)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as found:
            if found.width * found.height > LARGEST_PIXELS:
                raise PictureTooLarge(field)
            if min(found.size) < SHORTEST_SIDE:
                raise PictureTooSmall(field)
            upright = ImageOps.exif_transpose(found)
            with_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
            return upright.convert("RGBA" if with_alpha else "RGB")
    except Image.DecompressionBombError:
        raise PictureTooLarge(field) from None
    # Pillow's readers raise whatever a broken file leads them to.
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        TypeError,
        IndexError,
        KeyError,
    ):
        raise NotAPicture(field) from None
