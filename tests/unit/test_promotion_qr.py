"""QR codes, read back by an independent reader."""

from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from distribution.errors import InvalidInput
from distribution.promotion import qr
from distribution.promotion.link import join_link, referral_link
from distribution.promotion.qr.look import LEAST_CONTRAST, WeakContrast, contrast


def decoded(picture: bytes) -> str:
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("RGB"))
    assert len(found) == 1
    return found[0].text


def drawn(svg: str, pixels: int = 6) -> bytes:
    """The SVG as a PNG, drawn by rules of this test's own from its two paths."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    light, dark = re.findall(r'fill="(#[0-9a-f]{6})"', svg)
    image = Image.new("RGB", (size * pixels, size * pixels), light)
    for x, y, length in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg)):
        image.paste(dark, (x * pixels, y * pixels, (x + length) * pixels, (y + 1) * pixels))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@settings(max_examples=60, deadline=None)
@given(code=st.from_regex(r"[A-Za-z0-9_-]{3,40}", fullmatch=True), to=st.none() | st.text(max_size=60))
def test_what_is_drawn_reads_as_the_link(code: str, to: str | None) -> None:
    link = referral_link("https://partners.example.com", code, "/" + to if to is not None else None)
    assert link.isascii()
    assert decoded(qr.png(link)) == link
    assert decoded(drawn(qr.svg(link))) == link


def test_colours_and_the_quiet_zone_are_those_asked_for() -> None:
    look = qr.Look(dark="#1a2b6c", light="#fff4e0", quiet_modules=6)
    image = Image.open(io.BytesIO(qr.png("https://a.example/r/ALICE", look, pixels_per_module=3))).convert(
        "RGB"
    )
    side = (len(qr.matrix("https://a.example/r/ALICE")) + 12) * 3
    assert image.size == (side, side)
    assert image.getpixel((17, 17)) == (0xFF, 0xF4, 0xE0)
    assert image.getpixel((18, 18)) == (0x1A, 0x2B, 0x6C)
    assert decoded(qr.png("https://a.example/r/ALICE", look)) == "https://a.example/r/ALICE"
    svg = qr.svg("https://a.example/r/ALICE", look)
    assert "#1a2b6c" in svg
    assert decoded(drawn(svg)) == "https://a.example/r/ALICE"


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"dark": "red"}, "dark"),
        ({"light": '#fff"/><script>'}, "light"),
        ({"dark": "#eeeeee"}, "dark"),
        ({"dark": "#ffffff", "light": "#000000"}, "dark"),
        ({"quiet_modules": -1}, "quiet_modules"),
        ({"quiet_modules": 21}, "quiet_modules"),
    ],
)
def test_what_no_reader_could_read_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        qr.Look(**wrong)
    assert refused.value.field == field


COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
PORTRAIT = Image.effect_noise((200, 260), 90).convert("RGB")


@settings(max_examples=60, deadline=None)
@given(
    dark=COLOURS,
    light=COLOURS,
    shape=st.none() | st.sampled_from(qr.MIDDLE_SHAPES),
    pixels=st.integers(4, 14),
    to=st.text("abcdefghij/-", max_size=60),
)
def test_any_colours_are_readable_or_refused_by_name(
    dark: str, light: str, shape: qr.MiddleShape | None, pixels: int, to: str
) -> None:
    link = referral_link("https://partners.example.com", "XIAOYUN", "/" + to)
    middle = qr.Middle(PORTRAIT, shape) if shape else None
    try:
        look = qr.Look(dark=dark, light=light)
    except WeakContrast:
        assert contrast(light, dark) < LEAST_CONTRAST
        return
    image = qr.pictured(link, look, middle=middle, pixels_per_module=pixels)
    assert qr.read_back(image) == {link}
    assert qr.read_back(image.filter(ImageFilter.GaussianBlur(pixels / 5))) == {link}
    squeezed = io.BytesIO()
    image.save(squeezed, "JPEG", quality=40)
    assert qr.read_back(Image.open(squeezed)) == {link}
    svg = qr.pictured_svg(link, look, middle=middle)
    assert svg.count(dark) == 1
    assert ("data:image/png" in svg) == (middle is not None)


def test_a_picture_that_hides_too_much_is_found_by_reading_and_refused() -> None:
    image = qr.pictured("https://a.example/r/ALICE")
    image.paste("white", (0, 0, image.width // 2, image.height))
    with pytest.raises(qr.UnreadableCode):
        qr.check_readable(image, "https://a.example/r/ALICE")
    with pytest.raises(qr.UnreadableCode):
        qr.check_readable(qr.pictured("https://a.example/r/ALICE"), "https://a.example/r/BOB")


def test_a_code_to_keep_has_its_quiet_zone_and_modules_that_can_be_seen() -> None:
    with pytest.raises(InvalidInput, match="quiet zone"):
        qr.pictured("x", qr.Look(quiet_modules=3))
    with pytest.raises(InvalidInput, match="pixels wide"):
        qr.pictured("x", pixels_per_module=3)


def test_size_and_length_have_limits() -> None:
    for pixels in (0, 65):
        with pytest.raises(InvalidInput):
            qr.png("x", pixels_per_module=pixels)
    for text in ("", "x" * (qr.LONGEST_TEXT + 1)):
        with pytest.raises(InvalidInput):
            qr.svg(text)
    assert decoded(qr.png("x" * qr.LONGEST_TEXT)) == "x" * qr.LONGEST_TEXT


def test_links() -> None:
    base = "https://p.example/"
    assert referral_link(base, "ALICE") == "https://p.example/r/ALICE"
    assert referral_link(base, "ALICE", "/") == "https://p.example/r/ALICE"
    assert referral_link(base, "ALICE", "/products/x?size=l&a=1") == (
        "https://p.example/r/ALICE?to=/products/x%3Fsize%3Dl%26a%3D1"
    )
    assert referral_link(base, "SUMMER 10%/x") == "https://p.example/r/SUMMER%2010%25%2Fx"
    assert join_link(base, "ALICE") == "https://p.example/join/ALICE"
