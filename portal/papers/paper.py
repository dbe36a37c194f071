"""A4 pages of headings, pairs and tables: the same bytes whenever the same is printed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from portal.papers.fonts import CHINESE, LATIN, LATIN_BOLD, is_latin, runs

_INK, _MUTED, _LINE = colors.HexColor("#1c2024"), colors.HexColor("#60646c"), colors.HexColor("#d9d9e0")
_MARGIN = 18 * mm
WIDTH = A4[0] - 2 * _MARGIN


def _style(size: float, *, bold: bool = False, muted: bool = False, right: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size} {bold} {muted} {right}",
        fontName=LATIN_BOLD if bold else LATIN,
        fontSize=size,
        leading=size * 1.4,
        textColor=_MUTED if muted else _INK,
        alignment=TA_RIGHT if right else 0,
    )


TITLE, HEADING = _style(18, bold=True), _style(11, bold=True)
TEXT, STRONG, SMALL = _style(9), _style(9, bold=True), _style(8, muted=True)
AMOUNT, TOTAL, HEAD_RIGHT = (
    _style(9, right=True),
    _style(9, bold=True, right=True),
    _style(8, muted=True, right=True),
)


def said(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph of any language; lines break between Chinese characters."""
    shown = style if is_latin(text) else ParagraphStyle(f"{style.name} cjk", parent=style, wordWrap="CJK")
    return Paragraph("".join(_marked(text)), shown)


def pairs(rows: Sequence[tuple[str, str, bool]]) -> Table:
    """What something is beside its amount; a row that is a total has a line above."""
    table = Table(
        [
            [said(name, STRONG if total else TEXT), said(amount, TOTAL if total else AMOUNT)]
            for name, amount, total in rows
        ],
        colWidths=[WIDTH * 0.7, WIDTH * 0.3],
    )
    lines = [("LINEABOVE", (0, index), (-1, index), 0.6, _INK) for index, row in enumerate(rows) if row[2]]
    table.setStyle([*_TIGHT, *lines])
    return table


def listing(
    head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, amounts: int = 1
) -> LongTable:
    """A table whose last columns, so many, hold amounts; its head stands on every page.

    Widths are shares of the page's.
    """
    first = len(head) - amounts
    table = LongTable(
        [
            [said(cell, HEAD_RIGHT if column >= first else SMALL) for column, cell in enumerate(head)],
            *(
                [said(cell, AMOUNT if column >= first else TEXT) for column, cell in enumerate(row)]
                for row in rows
            ),
        ],
        colWidths=[WIDTH * width for width in widths],
        repeatRows=1,
    )
    table.setStyle(
        [*_TIGHT, ("LINEBELOW", (0, 0), (-1, 0), 0.6, _INK), ("LINEBELOW", (0, 1), (-1, -1), 0.3, _LINE)]
    )
    return table


def gap(millimetres: float) -> Spacer:
    """Empty space of this height."""
    return Spacer(1, millimetres * mm)


def printed(parts: Sequence[Flowable], *, title: str, author: str, footer: str) -> bytes:
    """The file; `footer` stands under every page, with its number."""

    def sign(canvas: Canvas, _document: BaseDocTemplate) -> None:
        line = said(f"{footer} · {canvas.getPageNumber()}", SMALL)
        line.wrap(WIDTH, 10 * mm)
        line.drawOn(canvas, _MARGIN, 10 * mm)

    file = io.BytesIO()
    # Invariant: no time of making and no random id in it.
    document = BaseDocTemplate(
        file, pagesize=A4, title=title, author=author, invariant=1, initialFontName=LATIN
    )
    frame = Frame(
        _MARGIN,
        _MARGIN,
        WIDTH,
        A4[1] - 2 * _MARGIN,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=sign))
    document.build(list(parts))
    return file.getvalue()


_TIGHT = [
    # Else the default font is named in the file, though nothing is set in it.
    ("FONTNAME", (0, 0), (-1, -1), LATIN),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
]


def _marked(text: str) -> list[str]:
    return [
        f'<font name="{CHINESE}">{escape(run)}</font>' if chinese else escape(run)
        for chinese, run in runs(text)
    ]
