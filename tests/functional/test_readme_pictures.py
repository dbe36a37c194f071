"""The pictures in the README, taken of the demo; `DISTRIBUTION_TEST_PICTURES=1` puts new ones into docs/images."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from distribution.demo.brand import EMMA, OWNER, XIAOYUN, Login
from tests.functional.browser import open_page, running
from tests.functional.demo_program import DemoProgram
from tests.pictures.demo import log_in

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parents[2] / "docs" / "images"
LARGEST_BYTES = 150_000
_COLOURS = 160


PICTURES: tuple[tuple[str, Login | None, str, bool, str], ...] = (
    ("dashboard", EMMA, "/", False, "light"),
    ("dashboard-phone", EMMA, "/", True, "light"),
    ("dashboard-phone-zh", XIAOYUN, "/", True, "dark"),
    ("links-phone", EMMA, "/links", True, "light"),
    ("team-phone", EMMA, "/team", True, "light"),
    ("team-phone-zh", XIAOYUN, "/team", True, "light"),
    ("earnings-phone", EMMA, "/earnings", True, "dark"),
    ("withdrawals-phone", EMMA, "/withdrawals", True, "light"),
    ("storefront", None, "shop", False, "light"),
    ("console", OWNER, "/console/", False, "light"),
    ("console-withdrawals", OWNER, "/console/withdrawals", False, "light"),
    ("design-language", OWNER, "/console/style", False, "dark"),
)


@pytest.mark.parametrize("name,login,page,phone,theme", PICTURES)
def test_picture(
    demo: DemoProgram, chromium: str, name: str, login: Login | None, page: str, phone: bool, theme: str
) -> None:
    with running(chromium) as browser:
        picture = small(taken(browser, demo.url, login, page, phone=phone, theme=theme))
    assert len(picture) < LARGEST_BYTES
    if os.environ.get("DISTRIBUTION_TEST_PICTURES"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(picture)
    assert (FOLDER / f"{name}.png").stat().st_size < LARGEST_BYTES


def taken(browser: Browser, url: str, login: Login | None, page: str, *, phone: bool, theme: str) -> bytes:
    """A screenshot of a page as somebody sees it."""
    language = "zh-CN" if login is XIAOYUN else "en-GB"
    shown, _ = open_page(
        browser,
        phone=phone,
        language=language,
        color_scheme=theme,
        device_scale_factor=2 if phone else 1,
        reduced_motion="reduce",
    )
    if login is None:
        answer = shown.goto(f"{url}/r/EMMA")
    else:
        kept = [
            {"name": each.name, "value": each.value or "", "url": url} for each in log_in(url, login).cookies
        ]
        shown.context.add_cookies(kept)
        answer = shown.goto(f"{url}{page}")
    assert answer is not None
    assert answer.ok, answer.status
    shown.wait_for_load_state("load")
    return shown.screenshot()


def small(screenshot: bytes) -> bytes:
    """The picture with as few colours as nobody notices."""
    reduced = Image.open(io.BytesIO(screenshot)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    packed = io.BytesIO()
    reduced.save(packed, "PNG", optimize=True)
    return packed.getvalue()
