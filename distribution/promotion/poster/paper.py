"""Draws a poster's marks on paper: letters and code as outlines, so that they are sharp at any size."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache

from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from distribution.faces import Face
from distribution.promotion.poster.letters import advance, font_bytes, outline, runs
from distribution.promotion.poster.marks import Area, Code, Fill, Line, Mark, Photo, PictureName, Ring, Shade
from distribution.promotion.poster.raster import MIDDLE_SHARE, QUIET_MODULES, cover
from distribution.promotion.qr.look import rgb
from distribution.promotion.qr.modules import matrix
from distribution.promotion.qr.plain import runs as dark_runs

Pictures = Mapping[PictureName, Image.Image]
_DOTS_PER_POINT = 3.2
_CURVE = 0.5523
_SHADES = 96


def paper(
    marks: list[Mark], size: tuple[int, int], points: float, *, pictures: Pictures, link: str, title: str
) -> bytes:
    """A PDF of one page, the same bytes whenever the same is drawn; a pixel of the template is so many points."""
    file = io.BytesIO()
    canvas = Canvas(
        file,
        pagesize=(size[0] * points, size[1] * points),
        invariant=1,
        pageCompression=1,
    )
    canvas.setTitle(title)
    canvas.setAuthor("")
    sheet = _Sheet(canvas, size[1], points, pictures, link)
    for mark in marks:
        sheet.draw(mark)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


@lru_cache(maxsize=len(Face))
def _registered(face: Face) -> str:
    name = f"Poster-{face.name}"
    registerFont(TTFont(name, io.BytesIO(font_bytes(face))))
    return name


class _Sheet:
    def __init__(self, canvas: Canvas, high: int, points: float, pictures: Pictures, link: str) -> None:
        self._canvas, self._high, self._points = canvas, high, points
        self._pictures, self._link = pictures, link

    def draw(self, mark: Mark) -> None:
        match mark:
            case Fill():
                self._canvas.setFillColor(HexColor(mark.colour))
                self._canvas.drawPath(self._outline(mark.area, mark.radius, mark.arch), stroke=0, fill=1)
            case Shade():
                self._shade(mark)
            case Ring():
                self._canvas.setStrokeColor(HexColor(mark.colour))
                self._canvas.setLineWidth(mark.thickness * self._points)
                x, y = self._at(*mark.centre)
                self._canvas.circle(x, y, mark.radius * self._points)
            case Photo():
                self._photo(mark.area, self._pictures[mark.picture], mark.radius, arch=mark.arch)
            case Line():
                self._line(mark)
            case Code():
                self._code(mark)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x * self._points, (self._high - y) * self._points

    def _outline(self, area: Area, radius: float, arch: bool) -> PDFPathObject:
        upper = area.width / 2 if arch else min(radius, area.width / 2, area.height / 2)
        lower = 0.0 if arch else upper
        left, bottom = self._at(area.left, area.bottom)
        right, top = self._at(area.right, area.top)
        big, small = upper * self._points, lower * self._points
        path = self._canvas.beginPath()
        path.moveTo(left, bottom + small)
        path.lineTo(left, top - big)
        path.curveTo(left, top - big + big * _CURVE, left + big - big * _CURVE, top, left + big, top)
        path.lineTo(right - big, top)
        path.curveTo(right - big + big * _CURVE, top, right, top - big + big * _CURVE, right, top - big)
        path.lineTo(right, bottom + small)
        bend = small - small * _CURVE
        path.curveTo(right, bottom + bend, right - bend, bottom, right - small, bottom)
        path.lineTo(left + small, bottom)
        path.curveTo(left + bend, bottom, left, bottom + bend, left, bottom + small)
        path.close()
        return path

    def _photo(self, area: Area, picture: Image.Image, radius: float, *, arch: bool = False) -> None:
        dots = self._points * _DOTS_PER_POINT
        shown = cover(picture, (max(1, round(area.width * dots)), max(1, round(area.height * dots))))
        self._canvas.saveState()
        self._canvas.clipPath(self._outline(area, radius, arch), stroke=0, fill=0)
        self._image(shown, area)
        self._canvas.restoreState()

    def _image(self, shown: Image.Image, area: Area) -> None:
        file = io.BytesIO()
        clear = shown.mode == "RGBA"
        if clear:
            shown.save(file, "PNG")
        else:
            shown.convert("RGB").save(file, "JPEG", quality=90)
        file.seek(0)
        left, bottom = self._at(area.left, area.bottom)
        wide, high = area.width * self._points, area.height * self._points
        self._canvas.drawImage(ImageReader(file), left, bottom, wide, high, mask="auto" if clear else None)

    def _shade(self, mark: Shade) -> None:
        strip = Image.new("RGBA", (1, _SHADES))
        for y in range(_SHADES):
            share = (y + 1) / _SHADES if mark.rising else 1 - y / _SHADES
            weight = round(255 * mark.strongest * share * share * (3 - 2 * share))
            strip.putpixel((0, y), (*rgb(mark.colour), weight))
        wide = max(1, round(mark.area.width / 8))
        self._image(strip.resize((wide, round(mark.area.height)), Image.Resampling.BILINEAR), mark.area)

    def _line(self, mark: Line) -> None:
        at = mark.left
        for face, part in runs(mark.text, mark.role):
            text = self._canvas.beginText(*self._at(at, mark.baseline))
            text.setFont(_registered(face), mark.size * self._points)
            text.setFillColor(HexColor(mark.colour))
            text.setCharSpace(mark.tracking * mark.size * self._points)
            thicker = outline(face) * mark.size * self._points
            text.setTextRenderMode(2 if thicker else 0)
            self._canvas.setStrokeColor(HexColor(mark.colour))
            self._canvas.setLineWidth(2 * thicker)
            text.textOut(part)
            self._canvas.drawText(text)
            at += sum(advance(face, each, mark.size) + mark.tracking * mark.size for each in part)

    def _code(self, mark: Code) -> None:
        rows = matrix(self._link, covered=mark.middle is not None)
        module = mark.area.width / (len(rows) + 2 * QUIET_MODULES)
        left, top = mark.area.left + QUIET_MODULES * module, mark.area.top + QUIET_MODULES * module
        path = self._canvas.beginPath()
        for y, row in enumerate(rows):
            for start, length in dark_runs(row):
                x, bottom = self._at(left + start * module, top + (y + 1) * module)
                path.rect(x, bottom, length * module * self._points, module * self._points)
        self._canvas.setFillColor(HexColor(mark.dark))
        self._canvas.drawPath(path, stroke=0, fill=1)
        if mark.middle is not None:
            self._middle(mark, len(rows) * module)

    def _middle(self, mark: Code, whole: float) -> None:
        if mark.middle is None:
            return
        for share, picture in ((MIDDLE_SHARE * 1.24, None), (MIDDLE_SHARE, self._pictures[mark.middle])):
            side = whole * share
            centre = (mark.area.left + mark.area.width / 2, mark.area.top + mark.area.height / 2)
            area = Area(centre[0] - side / 2, centre[1] - side / 2, side, side)
            radius = side / 2 if mark.middle == "portrait" else side / 5
            if picture is None:
                self.draw(Fill(area, mark.light, radius))
            else:
                self._photo(area, picture, radius)
