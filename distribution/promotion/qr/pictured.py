"""QR codes with a logo or a portrait in the middle, made so strong that they can do without what is hidden."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, get_args

from PIL import Image, ImageDraw

from distribution.errors import InvalidInput
from distribution.promotion.qr.look import PLAIN, QUIET_MODULES, Look, rgb
from distribution.promotion.qr.modules import matrix
from distribution.promotion.qr.plain import path, runs
from distribution.promotion.qr.readable import check_readable

MiddleShape = Literal["square", "circle"]
MIDDLE_SHAPES: tuple[MiddleShape, ...] = get_args(MiddleShape)
_SHARE = 0.22
"""Of the code's side: hides 5 % of its modules, of which it can lose 30 %."""
_SMOOTH = 4
_EMBEDDED_SIDE = 256


@dataclass(frozen=True, slots=True)
class Middle:
    """What stands in the middle; a circle for portraits."""

    picture: Image.Image
    shape: MiddleShape = "square"


def pictured(
    text: str, look: Look = PLAIN, *, middle: Middle | None = None, pixels_per_module: int = 12
) -> Image.Image:
    """The code as a picture, read back before it is given away.

    Raises UnreadableCode, and InvalidInput for a quiet zone below four modules or a module of less than four pixels.
    """
    if look.quiet_modules < QUIET_MODULES:
        raise InvalidInput(f"the quiet zone is at least {QUIET_MODULES} modules wide", field="quiet_modules")
    if not 4 <= pixels_per_module <= 64:
        raise InvalidInput("a module is 4 to 64 pixels wide", field="pixels_per_module")
    rows, quiet, pixels = matrix(text, covered=middle is not None), look.quiet_modules, pixels_per_module
    side = (len(rows) + 2 * quiet) * pixels
    image = Image.new("RGB", (side, side), rgb(look.light))
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(rows):
        top = (y + quiet) * pixels
        for start, length in runs(row):
            left = (start + quiet) * pixels
            draw.rectangle((left, top, left + length * pixels - 1, top + pixels - 1), fill=rgb(look.dark))
    if middle is not None:
        _put(image, middle, round(len(rows) * _SHARE) * pixels, light=rgb(look.light), edge=pixels)
    check_readable(image, text, modules_wide=side // pixels)
    return image


def pictured_svg(text: str, look: Look = PLAIN, *, middle: Middle | None = None) -> str:
    """The same as an SVG, the picture within it; what is drawn by `pictured` without an error is readable here too."""
    rows, quiet = matrix(text, covered=middle is not None), look.quiet_modules
    size = len(rows) + 2 * quiet
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">',
        f'<path fill="{look.light}" d="M0 0h{size}v{size}H0z"/>',
        f'<path fill="{look.dark}" shape-rendering="crispEdges" d="{path(rows, quiet)}"/>',
    ]
    if middle is not None:
        side = round(len(rows) * _SHARE)
        around, at = side + 2, (size - side) / 2
        file = BytesIO()
        shown = square(middle.picture, _EMBEDDED_SIDE, background=rgb(look.light))
        shown.save(file, "PNG", optimize=True)
        radius = {"circle": 2, "square": 6}[middle.shape]
        data = b64encode(file.getvalue()).decode()
        place = f'x="{at}" y="{at}" width="{side}" height="{side}"'
        edge = f'x="{at - 1}" y="{at - 1}" width="{around}" height="{around}" rx="{around / radius:.2f}"'
        parts += [
            f'<rect fill="{look.light}" {edge}/>',
            f'<clipPath id="m"><rect {place} rx="{side / radius:.2f}"/></clipPath>',
            f'<image clip-path="url(#m)" {place} href="data:image/png;base64,{data}"/>',
        ]
    return "".join([*parts, "</svg>"])


def _put(image: Image.Image, middle: Middle, side: int, *, light: tuple[int, int, int], edge: int) -> None:
    around = side + 2 * edge
    image.paste(light, _centred(image, around), _mask(around, middle.shape))
    shown = square(middle.picture, side, background=light)
    image.paste(shown, _centred(image, side), _mask(side, middle.shape))


def square(picture: Image.Image, side: int, *, background: tuple[int, int, int]) -> Image.Image:
    """The middle of a picture, as large as that; what shines through it is the background."""
    least = min(picture.size)
    left, top = (picture.width - least) // 2, (picture.height - least) // 2
    cut = picture.convert("RGBA").crop((left, top, left + least, top + least))
    shown = cut.resize((side, side), Image.Resampling.LANCZOS)
    flat = Image.new("RGB", (side, side), background)
    flat.paste(shown, (0, 0), shown)
    return flat


def _mask(side: int, shape: MiddleShape) -> Image.Image:
    large = Image.new("L", (side * _SMOOTH, side * _SMOOTH), 0)
    draw = ImageDraw.Draw(large)
    whole = (0, 0, side * _SMOOTH - 1, side * _SMOOTH - 1)
    if shape == "circle":
        draw.ellipse(whole, fill=255)
    else:
        draw.rounded_rectangle(whole, radius=side * _SMOOTH // 6, fill=255)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def _centred(image: Image.Image, side: int) -> tuple[int, int, int, int]:
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return left, top, left + side, top + side
