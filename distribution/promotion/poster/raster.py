"""Draws a poster's marks as a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from distribution.faces import Face
from distribution.promotion.poster.letters import advance, font_bytes, outline, runs
from distribution.promotion.poster.marks import Area, Code, Fill, Line, Mark, Photo, PictureName, Ring, Shade
from distribution.promotion.qr.look import rgb
from distribution.promotion.qr.modules import matrix
from distribution.promotion.qr.plain import runs as dark_runs

Pictures = Mapping[PictureName, Image.Image]
_SMOOTH = 4
_WIDE = 1200
MIDDLE_SHARE = 0.22
FINEST_PIXELS = 3
QUIET_MODULES = 4


def raster(
    marks: list[Mark], size: tuple[int, int], scale: float, *, pictures: Pictures, link: str
) -> Image.Image:
    """The marks one over the other, each pixel of the template `scale` pixels of the picture."""
    image = Image.new("RGB", (round(size[0] * scale), round(size[1] * scale)), "white")
    for mark in marks:
        match mark:
            case Fill():
                box = box_of(mark.area, scale)
                shaped = mark.radius or mark.arch
                mask = _mask(box, mark.radius * scale, arch=mark.arch) if shaped else None
                image.paste(rgb(mark.colour), box, mask)
            case Shade():
                box = box_of(mark.area, scale)
                image.paste(rgb(mark.colour), box, _shading(box, mark.strongest, rising=mark.rising))
            case Ring():
                _ring(image, mark, scale)
            case Photo():
                box = box_of(mark.area, scale)
                shown = cover(pictures[mark.picture], (box[2] - box[0], box[3] - box[1]))
                plain = shown.mode == "RGB" and not mark.radius and not mark.arch
                mask = None if plain else _over(shown, _mask(box, mark.radius * scale, arch=mark.arch))
                image.paste(shown, box, mask)
            case Line():
                _line(image, mark, scale)
            case Code():
                _code(image, mark, scale, pictures, link)
    return image


def cover(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The middle of a picture, in just that size."""
    wide, high = size
    share = max(wide / picture.width, high / picture.height)
    part = (wide / share, high / share)
    left, top = max(0.0, (picture.width - part[0]) / 2), max(0.0, (picture.height - part[1]) / 2)
    return picture.resize(
        size,
        Image.Resampling.LANCZOS,
        box=(left, top, min(left + part[0], picture.width), min(top + part[1], picture.height)),
        reducing_gap=3.0,
    )


def _over(shown: Image.Image, mask: Image.Image) -> Image.Image:
    """Where a picture is seen: within the mask, and as far as it is not transparent itself."""
    if shown.mode != "RGBA":
        return mask
    black = Image.new("L", mask.size, 0)
    black.paste(shown.getchannel("A"), (0, 0), mask)
    return black


def box_of(area: Area, scale: float) -> tuple[int, int, int, int]:
    """The pixels of a part of the template: left, top, right, bottom."""
    return (
        round(area.left * scale),
        round(area.top * scale),
        round(area.right * scale),
        round(area.bottom * scale),
    )


@lru_cache(maxsize=8)
def _mask(box: tuple[int, int, int, int], radius: float, *, arch: bool) -> Image.Image:
    wide, high = box[2] - box[0], box[3] - box[1]
    smooth = _SMOOTH if wide < _WIDE else _SMOOTH // 2
    large = Image.new("L", (wide * smooth, high * smooth), 0)
    draw = ImageDraw.Draw(large)
    whole = (0, 0, large.width - 1, large.height - 1)
    if arch:
        draw.rounded_rectangle(whole, radius=large.width / 2, fill=255, corners=(True, True, False, False))
    else:
        draw.rounded_rectangle(whole, radius=radius * smooth, fill=255)
    return large.resize((wide, high), Image.Resampling.LANCZOS)


def _shading(box: tuple[int, int, int, int], strongest: float, *, rising: bool) -> Image.Image:
    high = box[3] - box[1]
    column = Image.new("L", (1, high))
    for y in range(high):
        share = (y + 1) / high if rising else 1 - y / high
        # Slow, quick, slow: a straight ramp shows where it begins.
        column.putpixel((0, y), round(255 * strongest * share * share * (3 - 2 * share)))
    return column.resize((box[2] - box[0], high))


def _ring(image: Image.Image, mark: Ring, scale: float) -> None:
    reach = mark.radius + mark.thickness
    left, top = mark.centre[0] - reach, mark.centre[1] - reach
    box = box_of(Area(left, top, 2 * reach, 2 * reach), scale)
    large = Image.new("L", ((box[2] - box[0]) * 2, (box[3] - box[1]) * 2), 0)
    edge = mark.thickness * scale
    ImageDraw.Draw(large).ellipse(
        (edge, edge, large.width - edge, large.height - edge), outline=255, width=max(1, round(edge * 2))
    )
    mask = large.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.LANCZOS)
    image.paste(rgb(mark.colour), box, mask)


def _line(image: Image.Image, mark: Line, scale: float) -> None:
    draw = ImageDraw.Draw(image)
    at = mark.left
    for face, part in runs(mark.text, mark.role):
        font, thicker = _font(face, mark.size * scale), outline(face) * mark.size * scale
        for character in part:
            # One by one: on paper the same letters stand in the same places.
            place = (at * scale, mark.baseline * scale)
            draw.text(place, character, fill=rgb(mark.colour), font=font, anchor="ls", stroke_width=thicker)
            at += advance(face, character, mark.size) + mark.tracking * mark.size


@lru_cache(maxsize=256)
def _font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(font_bytes(face)), size, layout_engine=ImageFont.Layout.BASIC)


def _code(image: Image.Image, mark: Code, scale: float, pictures: Pictures, link: str) -> None:
    box = box_of(mark.area, scale)
    rows = matrix(link, covered=mark.middle is not None)
    side, modules = box[2] - box[0], len(rows) + 2 * QUIET_MODULES
    pixels = side // modules
    if pixels < FINEST_PIXELS:
        # A small look at it: drawn large, then made as small as it is.
        larger = Image.new("RGB", ((modules + 1) * FINEST_PIXELS,) * 2, rgb(mark.light))
        _code(larger, replace(mark, area=Area(0, 0, larger.width, larger.height)), 1, pictures, link)
        image.paste(larger.resize((side, side), Image.Resampling.LANCZOS), box)
        return
    # Whole pixels a module: what is left over widens the quiet zone.
    left, top = (box[at] + (side - pixels * len(rows)) // 2 for at in (0, 1))
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(rows):
        for start, length in dark_runs(row):
            x = left + start * pixels
            draw.rectangle(
                (x, top + y * pixels, x + length * pixels - 1, top + (y + 1) * pixels - 1),
                fill=rgb(mark.dark),
            )
    if mark.middle is not None:
        centre = (left + len(rows) * pixels / 2, top + len(rows) * pixels / 2)
        for share, source in ((MIDDLE_SHARE * 1.24, None), (MIDDLE_SHARE, pictures[mark.middle])):
            _middle(
                image,
                centre,
                len(rows) * pixels * share,
                source,
                round_=mark.middle == "portrait",
                light=mark.light,
            )


def _middle(
    image: Image.Image,
    centre: tuple[float, float],
    side: float,
    source: Image.Image | None,
    *,
    round_: bool,
    light: str,
) -> None:
    box = box_of(Area(centre[0] - side / 2, centre[1] - side / 2, side, side), 1)
    mask = _mask(box, side / 2 if round_ else side / 5, arch=False)
    if source is None:
        image.paste(rgb(light), box, mask)
    else:
        shown = cover(source, (box[2] - box[0], box[3] - box[1]))
        image.paste(shown, box, _over(shown, mask))
