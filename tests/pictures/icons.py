"""The app's icons, drawn by Chromium from `portal/static/favicon.svg`: `python -m tests.pictures.icons`."""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from portal.assets import STATIC
from tests.functional.browser import running
from tests.left_out import chromium_path

SOURCE = STATIC / "favicon.svg"
FOLDER = STATIC / "app"
SIZES = {"icon-180": 180, "icon-192": 192, "icon-512": 512, "icon-maskable-512": 512}
_SAFE = 0.72
"""What of a maskable icon the mark's own picture may take: a phone cuts the rest off as it likes."""


def source(name: str) -> str:
    """The picture of an icon: phones that round corners themselves are given one without corners."""
    text = SOURCE.read_text("utf-8")
    square = re.sub(r' rx="\d+"', "", text)
    if name == "icon-180":
        return square
    if name.startswith("icon-maskable"):
        edge = (1 - _SAFE) / 2 * 32
        return re.sub(
            r"(<path.*?/>)",
            rf'<g transform="translate({edge:.2f} {edge:.2f}) scale({_SAFE})">\1</g>',
            square,
        )
    return text


def drawn(browser: Browser, name: str) -> bytes:
    """An icon as PNG."""
    pixels = SIZES[name]
    page = browser.new_page(viewport={"width": pixels, "height": pixels})
    picture = source(name).replace("<svg ", f'<svg width="{pixels}" height="{pixels}" ', 1)
    page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{picture}")
    shot = page.screenshot(omit_background=True)
    page.close()
    return shot


def main() -> None:
    """Draw them all."""
    FOLDER.mkdir(exist_ok=True)
    chromium = chromium_path()
    if chromium is None:
        raise SystemExit("no Chromium")
    with running(chromium) as browser:
        for name in SIZES:
            (FOLDER / f"{name}.png").write_bytes(drawn(browser, name))


if __name__ == "__main__":
    main()
