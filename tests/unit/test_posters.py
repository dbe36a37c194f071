"""Posters: nothing runs over, nothing is an empty box, the code reads, and the same is the same to the byte."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from distribution.errors import InvalidInput
from distribution.promotion.poster.breaking import break_lines
from distribution.promotion.poster.draw import CodeTooFine, pdf, png, preview
from distribution.promotion.poster.fitting import Box, fit
from distribution.promotion.poster.layouts import LAYOUTS
from distribution.promotion.poster.letters import Role, drawable, left_out, runs, width
from distribution.promotion.poster.marks import Code, Line
from distribution.promotion.poster.palettes import PALETTES
from distribution.promotion.poster.spec import TEMPLATES, PosterSpec, Template, checked
from distribution.promotion.qr import read_back
from distribution.promotion.qr.look import contrast

LINK = "https://partners.example.com/r/XIAOYUN?to=/products/charcoal-oolong"
SPEC = PosterSpec(
    link=LINK,
    headline="龙眼木炭慢焙两夜，深蜜与暖石的气息",
    product="炭焙乌龙 75克",
    price="¥178.00",
    person="林晓芸",
    by="推荐给你",
    invite="长按或扫码，进店看看",
    program="云窑合伙人",
)
ENGLISH = replace(
    SPEC, headline="Two nights over longan charcoal", product="Charcoal-roast oolong", person="Emma"
)
CHINESE = st.text(st.sampled_from("龙眼木炭慢焙两夜深蜜与暖石的气息，。、“”（）！？《》"), max_size=40)
LATIN = st.text(st.sampled_from("abcdefghij ABCÄÖé,.!?-–'\"0123456789"), max_size=60)
WORDS = st.one_of(CHINESE, LATIN, st.text(max_size=40), st.builds("{}{}".format, LATIN, CHINESE))
PICTURES = {
    "product": Image.new("RGB", (900, 700), "#7aa"),
    "portrait": Image.new("RGB", (300, 400), "#a77"),
    "logo": Image.new("RGBA", (200, 200), (10, 80, 60, 255)),
}


@settings(max_examples=120, deadline=None)
@given(
    template=st.sampled_from(TEMPLATES),
    headline=WORDS,
    product=WORDS,
    person=WORDS,
    price=st.sampled_from(["", "€24.50", "¥178.00", "CHF 1’234’567.00"]),
)
def test_no_word_runs_over_the_edge_or_into_the_code(
    template: Template, headline: str, product: str, person: str, price: str
) -> None:
    words = {"headline": headline[:80], "product": product, "person": person, "price": price}
    try:
        spec = checked(replace(SPEC, template=template, **words))
    except InvalidInput:
        assert not drawable(headline[:80])
        assert not drawable(product)
        return
    layout = LAYOUTS[template]
    marks = layout.marks(spec)
    [code] = [mark.area for mark in marks if isinstance(mark, Code)]
    for line in (mark for mark in marks if isinstance(mark, Line)):
        right = line.left + width(line.text, line.role, line.size, line.tracking * line.size)
        top, bottom = line.baseline - 0.8 * line.size, line.baseline + 0.12 * line.size
        assert line.left >= 0, line
        assert right <= layout.width + 0.5, line
        assert top >= 0, line
        assert bottom <= layout.height, line
        beside = right <= code.left + 1 or line.left >= code.right - 1
        assert beside or bottom <= code.top + 1 or top >= code.bottom - 1, line


def test_lines_of_one_column_do_not_lie_on_one_another() -> None:
    long = replace(SPEC, headline="长" * 78, product="名字很长的商品" * 12, person="名" * 40)
    for template in TEMPLATES:
        for spec in (long, replace(long, headline="W" * 78, product="Extraordinarily long " * 9)):
            marks = LAYOUTS[template].marks(checked(replace(spec, template=template)))
            lines = [mark for mark in marks if isinstance(mark, Line)]
            for first in lines:
                for second in lines:
                    across = min(_right(first), _right(second)) - max(first.left, second.left)
                    down = min(first.baseline, second.baseline + 0) - max(
                        first.baseline - 0.7 * first.size, second.baseline - 0.7 * second.size
                    )
                    assert first is second or across <= 1 or down <= 1, (template, first, second)


def _right(line: Line) -> float:
    return line.left + width(line.text, line.role, line.size, line.tracking * line.size)


@settings(max_examples=200, deadline=None)
@given(text=WORDS, wide=st.integers(60, 600), role=st.sampled_from(Role))
def test_lines_fit_and_lose_nothing(text: str, wide: int, role: Role) -> None:
    shown = drawable(text)
    lines = break_lines(shown, wide, lambda part: width(part, role, 30))
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
    assert all(width(line, role, 30) <= wide or len(line) == 1 for line in lines)


def test_a_chinese_line_never_begins_with_a_comma_nor_ends_with_an_open_bracket() -> None:
    text = "深蜜，暖石。《茶经》说：（慢焙）两夜！"
    for wide in range(40, 400, 7):
        for line in break_lines(text, wide, lambda part: width(part, Role.SERIF, 20)):
            assert line[0] not in "，。》：）！" or width(line, Role.SERIF, 20) > wide - 40
            assert line[-1] not in "《（"


def test_what_does_not_fit_ends_in_three_dots_at_the_smallest_size() -> None:
    fitted = fit("长" * 200, Box(200, 100, 60, 20, 2), Role.TEXT)
    assert fitted.size == 20
    assert len(fitted.lines) == 2
    assert fitted.lines[-1].endswith("…")
    assert fit("短", Box(200, 100, 60, 20, 2), Role.TEXT).size == 60


def test_every_character_of_gb2312_is_drawn_in_every_role() -> None:
    common = [
        bytes((row, cell)).decode("gb2312")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
        if not (row == 0xD7 and cell > 0xF9)
    ]
    text = "".join(common) + "喆堃淼玥㐀ぁアÄßЖΩ€￥“”…·①②★℃"
    assert drawable(text) == text
    assert left_out(text) == []
    for role in Role:
        assert "".join(part for _, part in runs(text, role)) == text
        assert all(width(each, role, 100) > 0 for each in text)


def test_what_no_font_has_is_left_out_and_named() -> None:
    assert drawable("茶 🍵 very\u200b good\n한국") == "茶 very good"
    assert left_out("茶 🍵 한🍵") == ["🍵", "한"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_code_on_the_picture_is_the_link_and_the_same_is_the_same_file(template: Template) -> None:
    spec = checked(replace(SPEC, template=template, picture="x", portrait="x", logo="x", in_code="portrait"))
    drawn = png(spec, PICTURES)
    image = Image.open(io.BytesIO(drawn))
    layout = LAYOUTS[template]
    assert image.size == (layout.width * layout.scale, layout.height * layout.scale)
    assert read_back(image) == {LINK}
    if template in ("moments", "square"):
        assert png(spec, PICTURES) == drawn
    paper = pdf(spec, PICTURES)
    assert pdf(spec, PICTURES) == paper
    [sheet] = pypdf.PdfReader(io.BytesIO(paper)).pages
    assert "林晓芸" in sheet.extract_text()
    if template == "sheet":
        assert [round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:]] == [210, 297]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("palette", PALETTES)
def test_without_pictures_it_is_a_poster_too(template: Template, palette: str) -> None:
    spec = checked(
        replace(ENGLISH, template=template, palette=palette, picture="gone", in_code="logo", logo="gone")
    )
    small = Image.open(io.BytesIO(preview(spec, {})))
    assert read_back(small.resize((small.width * 2, small.height * 2))) == {LINK}


@pytest.mark.parametrize("palette", PALETTES.values())
def test_words_stand_out_from_their_ground(palette: object) -> None:
    for words in (palette.ink, palette.quiet, palette.accent):
        ratio = contrast(palette.ground, words)
        assert max(ratio, 1 / ratio) >= 4.5, words
    ratio = contrast(palette.accent, palette.on_accent)
    assert max(ratio, 1 / ratio) >= 4.5


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"template": "billboard"}, "template"),
        ({"palette": "neon"}, "palette"),
        ({"in_code": "cat"}, "in_code"),
        ({"link": ""}, "link"),
        ({"link": "https://例.example"}, "link"),
        ({"headline": "长" * 81}, "headline"),
        ({"product": "长" * 201}, "product"),
        ({"headline": "🍵", "product": ""}, "headline"),
    ],
)
def test_what_cannot_be_a_poster_is_refused(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(replace(SPEC, **wrong))
    assert refused.value.field == field


def test_a_link_too_long_for_the_code_is_refused() -> None:
    with pytest.raises(CodeTooFine):
        preview(checked(replace(SPEC, template="square", link=LINK + "x" * 400)), {})
