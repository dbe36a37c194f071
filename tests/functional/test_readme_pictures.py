"""The pictures in the README, taken of the demo; `DISTRIBUTION_TEST_PICTURES=1` puts new ones into docs/images."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from distribution.demo.brand import EMMA, PASSWORD, XIAOYUN, Login
from tests.functional.browser import open_page, running
from tests.functional.demo_program import DemoProgram

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parents[2] / "docs" / "images"
LARGEST_BYTES = 150_000
_COLOURS = 160


@pytest.mark.parametrize(
    "name,login,page,phone",
    [
        ("dashboard", EMMA, "/", False),
        ("dashboard-phone", EMMA, "/", True),
        ("team-phone", EMMA, "/team", True),
        ("team-phone-zh", XIAOYUN, "/team", True),
        ("storefront", None, "shop", False),
    ],
)
def test_picture(
    demo: DemoProgram, chromium: str, name: str, login: Login | None, page: str, phone: bool
) -> None:
    with running(chromium) as browser:
        picture = small(taken(browser, demo, login, page, phone=phone))
    assert len(picture) < LARGEST_BYTES
    if os.environ.get("DISTRIBUTION_TEST_PICTURES"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(picture)
    assert (FOLDER / f"{name}.png").stat().st_size < LARGEST_BYTES


def taken(browser: Browser, demo: DemoProgram, login: Login | None, page: str, *, phone: bool) -> bytes:
    """A screenshot of a page as somebody sees it."""
    language = "zh-CN" if login is XIAOYUN else "en-GB"
    shown, _ = open_page(browser, phone=phone, language=language, device_scale_factor=2 if phone else 1)
    if login is None:
        answer = shown.goto(f"{demo.url}/r/EMMA")
    else:
        shown.goto(f"{demo.url}/login")
        shown.fill("#email", login.email)
        shown.fill("#password", PASSWORD)
        shown.press("#password", "Enter")
        shown.wait_for_url(f"{demo.url}/")
        answer = shown.goto(f"{demo.url}{page}")
    assert answer is not None
    assert answer.ok, answer.status
    shown.wait_for_load_state("networkidle")
    return shown.screenshot()


def small(screenshot: bytes) -> bytes:
    """The picture with as few colours as nobody notices."""
    reduced = Image.open(io.BytesIO(screenshot)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    packed = io.BytesIO()
    reduced.save(packed, "PNG", optimize=True)
    return packed.getvalue()
