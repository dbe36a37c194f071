"""A poster as files: a small picture at once, the PNG for phones, the PDF for print."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PIL import Image

from distribution.errors import InvalidInput
from distribution.promotion.poster.layouts import LAYOUTS
from distribution.promotion.poster.marks import Code, Mark, PictureName
from distribution.promotion.poster.paper import paper
from distribution.promotion.poster.raster import FINEST_PIXELS, QUIET_MODULES, box_of, raster
from distribution.promotion.poster.spec import PosterSpec
from distribution.promotion.qr.modules import matrix
from distribution.promotion.qr.readable import UnreadableCode, read_back

PREVIEW_WIDTH: Final = 540
PACKED: Final = 3
"""How hard a PNG is packed: at 6 it is a twelfth smaller and takes twice as long."""
Pictures = Mapping[PictureName, Image.Image]


class CodeTooFine(InvalidInput):
    """The link is so long that a phone could not tell the modules of its code apart."""

    code = "code_too_fine"

    def __init__(self) -> None:
        super().__init__(
            "this link is too long for the code of a poster: choose a shorter page", field="link"
        )


def preview(spec: PosterSpec, pictures: Pictures) -> bytes:
    """A small picture of it, as JPEG."""
    known = _known(spec, pictures)
    layout = LAYOUTS[spec.template]
    image = raster(
        _marks(known),
        (layout.width, layout.height),
        PREVIEW_WIDTH / layout.width,
        pictures=pictures,
        link=spec.link,
    )
    file = io.BytesIO()
    image.save(file, "JPEG", quality=82, optimize=True)
    return file.getvalue()


def png(spec: PosterSpec, pictures: Pictures) -> bytes:
    """The poster for phones, its code read back; raises UnreadableCode and CodeTooFine."""
    known = _known(spec, pictures)
    layout = LAYOUTS[spec.template]
    marks = _marks(known)
    image = raster(marks, (layout.width, layout.height), layout.scale, pictures=pictures, link=spec.link)
    # Where the code stands on the poster: to look for it everywhere takes twenty times as long.
    codes = [image.crop(box_of(mark.area, layout.scale)) for mark in marks if isinstance(mark, Code)]
    if not any(spec.link in read_back(code) for code in codes):
        raise UnreadableCode
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=PACKED)
    return file.getvalue()


def pdf(spec: PosterSpec, pictures: Pictures) -> bytes:
    """The poster for print, on A4 where the template is a sheet."""
    known = _known(spec, pictures)
    layout = LAYOUTS[spec.template]
    return paper(
        _marks(known),
        (layout.width, layout.height),
        layout.points,
        pictures=pictures,
        link=spec.link,
        title=spec.headline or spec.product,
    )


def _known(spec: PosterSpec, pictures: Pictures) -> PosterSpec:
    """Without the pictures that could not be had."""
    return replace(
        spec,
        picture=spec.picture if "product" in pictures else None,
        portrait=spec.portrait if "portrait" in pictures else None,
        logo=spec.logo if "logo" in pictures else None,
    )


def _marks(spec: PosterSpec) -> list[Mark]:
    layout = LAYOUTS[spec.template]
    marks = layout.marks(spec)
    for mark in marks:
        if isinstance(mark, Code):
            modules = len(matrix(spec.link, covered=mark.middle is not None)) + 2 * QUIET_MODULES
            if mark.area.width * layout.scale < modules * FINEST_PIXELS:
                raise CodeTooFine
    return marks
