"""From a link to a commission in a real browser: portal, storefront, inbox, reader, worker, all as they run."""

from __future__ import annotations

import time

import pytest
import requests
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from distribution.demo.brand import EMMA, PASSWORD
from tests.functional.browser import open_page, running
from tests.functional.demo_program import DemoProgram

pytestmark = pytest.mark.browser
# It takes two or three; a machine that others use is given time.
_LONGEST_SECONDS = 30.0


def test_a_shopper_buys_and_the_distributor_sees_it_within_seconds(demo: DemoProgram, chromium: str) -> None:
    with running(chromium) as browser:
        distributor, complaints = open_page(browser)
        log_in(distributor, demo)
        shopper, shoppers_complaints = open_page(browser)

        shopper.goto(f"{demo.url}/r/EMMA?to=/products/cloud-cups")
        assert shopper.url.startswith(f"{demo.shop_url}/products/cloud-cups?ref=EMMA&click=")
        expect(shopper.get_by_text("Recommended by EMMA")).to_be_visible()
        shopper.get_by_label("Quantity").select_option("2")
        shopper.get_by_role("button", name="Buy now").click()
        shopper.get_by_label("E-mail address").fill("friend.of.emma@example.com")
        shopper.get_by_role("button", name="Pay and place order").click()
        number = shopper.locator("[data-order]").get_attribute("data-order")
        bought_at = time.monotonic()

        # Two pairs of cups at €28, 19 % tax in it: net €47.06, of which 10 %, rounded down.
        row = distributor.locator("tr", has_text=f"#{number}").first
        while True:
            distributor.goto(f"{demo.url}/orders?q={number}")
            if row.is_visible() or time.monotonic() - bought_at > _LONGEST_SECONDS:
                break
        seconds = time.monotonic() - bought_at
        expect(row).to_contain_text("€4.70")
        print(f"seen {seconds:.1f} s after it was bought")
        assert complaints == shoppers_complaints == []


def test_an_independent_reader_finds_the_link_in_the_qr_code(
    demo: DemoProgram, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("qr")
    png = folder / "code.png"
    png.write_bytes(requests.get(f"{demo.url}/r/EMMA/qr.png", timeout=20).content)
    assert read(png) == f"{demo.url}/r/EMMA"
    with running(chromium) as browser:
        # As a phone's camera meets it: drawn by a browser, on a page.
        page, _ = open_page(browser)
        page.set_content(f'<body style="margin:40px"><img width="240" src="{demo.url}/r/EMMA/qr.svg">')
        page.wait_for_function("document.images[0].complete && document.images[0].naturalWidth > 0")
        page.screenshot(path=folder / "drawn.png")
    link = read(folder / "drawn.png")
    answer = requests.get(link, timeout=20, allow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{demo.shop_url}/?ref=EMMA&click=")


def read(path: object) -> str:
    """What zxing-cpp reads in a picture."""
    (found,) = zxingcpp.read_barcodes(Image.open(str(path)))
    return str(found.text)


def log_in(page: Page, demo: DemoProgram) -> None:
    """Log in as Emma would."""
    page.goto(f"{demo.url}/login")
    page.fill("#email", EMMA.email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{demo.url}/")
