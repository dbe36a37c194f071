"""The portal as an app: what a phone asks of it, and what it shows without a network."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.functional.browser import log_in, open_page, running
from tests.functional.conftest import LivePortal


def test_the_manifest_names_the_program_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "zh-CN"})
    assert answer.content_type == "application/manifest+json; charset=utf-8"
    document = answer.get_json(force=True)
    assert (document["lang"], document["display"], document["shortcuts"][0]["name"]) == (
        "zh-Hans",
        "standalone",
        "链接",
    )


def test_every_icon_is_as_large_as_it_says(client: FlaskClient) -> None:
    icons = client.get("/manifest.webmanifest").get_json(force=True)["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        picture = Image.open(io.BytesIO(client.get(icon["src"]).data))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_a_maskable_icon_has_colour_to_its_edges(client: FlaskClient, portal: Flask) -> None:
    address = portal.extensions["assets"].url("app/icon-maskable-512.png")
    picture = Image.open(io.BytesIO(client.get(address).data)).convert("RGBA")
    assert {picture.getpixel(corner) for corner in ((0, 0), (511, 0), (0, 511), (511, 511))} == {
        (15, 157, 116, 255)
    }


def test_the_page_without_a_network_is_nobodys(hero: FlaskClient) -> None:
    page = hero.get("/offline").get_data(as_text=True)
    assert "No connection" in page
    assert "没有网络连接" in page
    assert "Ada" not in page


@pytest.mark.browser
def test_without_a_network_the_app_says_so_and_keeps_nothing_personal(
    live_portal: LivePortal, chromium: str
) -> None:
    with running(chromium) as browser:
        page, _ = open_page(browser)
        log_in(page, live_portal.url, live_portal.world.hero_email)
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        kept = page.evaluate(
            "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name)"
            ".then((store) => store.keys())))).then((lists) => lists.flat().map((one) => new URL(one.url).pathname))"
        )
        assert kept[0] == "/offline"
        assert all(path == "/offline" or path.startswith("/assets/") for path in kept)
        page.context.set_offline(True)
        page.goto(live_portal.url + "/earnings")
        page.wait_for_selector("text=No connection")
        assert "Ada" not in page.content()
        page.context.set_offline(False)
        page.get_by_role("link", name="Try again").click()
        page.wait_for_selector("h1:has-text('Earnings')")
