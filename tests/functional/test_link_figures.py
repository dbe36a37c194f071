"""What a link did, from the redirect by the worker to the pages: by page of the shop, by saved link, by campaign."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, text

from distribution.commission.accrue import accrue
from distribution.db import transaction
from distribution.orders.catalogue import Item, keep
from distribution.orders.offers import Offer, keep_offers
from distribution.promotion.tables import ClickRepeat
from jobs.clicks import drain
from tests.functional.conftest import LivePortal, token_of
from tests.functional.world import PHONE_BROWSER, an_order

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def shown(lived_in_engine: Engine) -> Iterator[None]:
    """A product of the shop, as its catalogue was read."""
    mug = Offer("product", "p-1", "mug", "Stoneware mug", None, 1800, "USD")
    with transaction(lived_in_engine) as session:
        keep_offers(session, "us", "product", [mug], began_at=NOW)
    yield
    with transaction(lived_in_engine) as session:
        session.execute(text("DELETE FROM distribution.catalogue_offers"))


def follow(live_portal: LivePortal, path: str, ip: str) -> str:
    """Somebody follows a link; the click id they carry on."""
    answer = live_portal.app.test_client().get(
        path, headers={"User-Agent": PHONE_BROWSER}, environ_base={"REMOTE_ADDR": ip}
    )
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["click"][0]


def drained(engine: Engine, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        drain(engine, connection)


def card(html: str, title: str) -> str:
    """The words of a card."""
    found = re.search(rf"<h2>{title}</h2>.*?</section>", html, re.DOTALL)
    assert found is not None, html
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_two_clicks_on_a_product_are_two_clicks_on_that_product(
    hero: FlaskClient, live_portal: LivePortal, lived_in_engine: Engine, redis_server_url: str
) -> None:
    follow(live_portal, "/r/ADA?to=/products/x", "192.0.2.1")
    follow(live_portal, "/r/ADA?to=/products/x%3Futm_source%3Dqq%23top", "192.0.2.2")
    for number in range(3):
        follow(live_portal, "/r/ada?to=/products/mug", f"192.0.2.{10 + number}")
    drained(lived_in_engine, redis_server_url)
    led = card(hero.get("/").get_data(as_text=True), "Where your links lead")
    assert "/products/x $0.00 2 clicks" in led
    assert "Stoneware mug $0.00 3 clicks" in led


def saved(hero: FlaskClient, **typed: str) -> str:
    """The page after a link was to be saved."""
    token = token_of(hero, "/account")
    answer = hero.post("/links/saved", data={"csrf_token": token, **typed}, follow_redirects=True)
    assert answer.status_code in (200, 422)
    return answer.get_data(as_text=True)


def rows(html: str) -> list[list[str]]:
    """The cells of the saved links."""
    table = html.partition('id="saved"')[2].partition("</table>")[0].partition("<tbody>")[2]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row.split("</td>")[:-1]]
        for row in table.split("</tr>")[:-1]
    ]


def test_a_saved_link_counts_for_itself_and_its_campaign(
    hero: FlaskClient, live_portal: LivePortal, lived_in_engine: Engine, redis_server_url: str
) -> None:
    html = saved(hero, page="/products/mug?size=2", tag="Spring  flyer")
    assert f'value="{live_portal.url}/r/ADA/mug"' in html
    assert f'value="{live_portal.url}/r/ADA/kettle"' in saved(
        hero, page="/products/mug", slug="Kettle", tag="Spring flyer"
    )
    lands = live_portal.app.test_client().get("/r/ada/MUG", headers={"User-Agent": PHONE_BROWSER})
    assert urlsplit(lands.headers["Location"]).path == "/products/mug"
    assert parse_qs(urlsplit(lands.headers["Location"]).query)["size"] == ["2"]
    first = follow(live_portal, "/r/ADA/mug", "192.0.2.30")
    again = follow(live_portal, "/r/ADA/mug", "192.0.2.30")
    follow(live_portal, "/r/ADA/kettle", "192.0.2.30")
    drained(lived_in_engine, redis_server_url)
    with transaction(lived_in_engine) as session:
        # The shopper came twice; the order carries the second click, which counts as the first.
        assert session.get_one(ClickRepeat, again).click_id == first
        order = an_order(
            "7001", "ADA", state="shipped", placed_at=NOW, now=NOW, chance=random.Random(1), currency="USD"
        )
        accrue(session, [replace(order, click_id=again)], now=NOW)
        paid = session.execute(
            text(
                "SELECT sum(line.amount_minor) FROM distribution.commission_lines line "
                "JOIN distribution.orders placed ON placed.id = line.order_id "
                "WHERE placed.external_id = 'order-7001' AND line.distributor_id = :hero"
            ),
            {"hero": live_portal.world.hero_id},
        ).scalar_one()
    html = hero.get("/links").get_data(as_text=True)
    earned = f"${paid / 100:.2f}"
    assert [row[:5] for row in rows(html)] == [
        ["Stoneware mug /r/ADA/kettle", "Spring flyer", "1", "0", "–"],
        ["Stoneware mug /r/ADA/mug", "Spring flyer", "2", "1", earned],
    ]
    assert f"Spring flyer 2 3 1 {earned}" in card(html, "Campaigns")


def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(hero: FlaskClient) -> None:
    assert "You have a link of this name already" in saved(hero, page="/", slug="mug", tag="Autumn")
    html = saved(hero, page="/", slug="a b", tag="Autumn")
    assert "2 to 40 of the letters a to z" in html
    assert 'value="Autumn"' in html
    assert "At most 40 characters" in saved(hero, page="/", tag="x" * 41)
    assert "This address is not in the shop" in saved(hero, page="https://evil.example/")
    assert "too long" in saved(hero, page="/" + "x" * 1600)
    assert "This is no page of the shop." in saved(hero, page="http://[shop")
    assert hero.get("/links?page=//[shop").status_code == 200


def test_an_archived_link_leads_on_and_can_be_taken_back(hero: FlaskClient, live_portal: LivePortal) -> None:
    saved(hero, page="/sale", slug="sale")
    token = token_of(hero, "/account")
    hero.post("/links/saved/sale/archive", data={"csrf_token": token})
    assert "/r/ADA/sale" not in hero.get("/links").get_data(as_text=True)
    assert "/r/ADA/sale" in hero.get("/links?links=archived").get_data(as_text=True)
    lands = live_portal.app.test_client().get("/r/ADA/sale").headers["Location"]
    assert urlsplit(lands).path == "/sale"
    hero.post("/links/saved/sale/restore", data={"csrf_token": token})
    assert "/r/ADA/sale" in hero.get("/links").get_data(as_text=True)
    assert hero.post("/links/saved/nothing/archive", data={"csrf_token": token}).status_code == 404


def test_a_code_counts_also_with_an_unknown_name(live_portal: LivePortal) -> None:
    for path in ("/r/ADA/never-saved", "/r/ADA/", "/r/ADA/%00", "/r/ADA/a.b"):
        lands = urlsplit(live_portal.app.test_client().get(path).headers["Location"])
        assert lands.path == "/"
        assert parse_qs(lands.query)["ref"] == ["ADA"]
    assert live_portal.app.test_client().get("/r/ADA/a/b").status_code == 404


def test_a_page_too_long_for_a_code_is_refused_and_can_be_saved(
    hero: FlaskClient, live_portal: LivePortal
) -> None:
    page = "/" + "商" * 120
    html = hero.get("/links", query_string={"page": page}).get_data(as_text=True)
    assert "at most 600 from a QR code" in html
    assert 'id="built"' in html
    assert "qr.png?to=" not in html
    assert live_portal.app.test_client().get("/r/ADA/qr.png", query_string={"to": page}).status_code == 404
    assert hero.get("/links/code.png", query_string={"to": page}).status_code == 422
    back = hero.get("/links/code", query_string={"to": page})
    assert urlsplit(back.headers["Location"]).path == "/links"
    html = saved(hero, page=page, slug="long")
    [picture] = re.findall(r'<img src="(/r/ADA/long/qr.png)"', html)
    for address in (picture, "/links/code.png?link=long"):
        [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(hero.get(address).data)))
        assert found.text == f"{live_portal.url}/r/ADA/long"


def test_every_shared_address_has_a_picture_to_hold(hero: FlaskClient, live_portal: LivePortal) -> None:
    for path in ("/links?page=/products/mug", "/team", "/account/page"):
        html = hero.get(path).get_data(as_text=True)
        pictures = [unescape(each) for each in re.findall(r'src="(/qr\.png\?[^"]+)"', html)]
        assert len(pictures) == html.count('class="share"'), path
        for each in pictures:
            answer = hero.get(each)
            [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)))
            assert found.text == parse_qs(urlsplit(each).query)["of"][0]
    for foreign in ("https://evil.example/", f"{live_portal.url}/login", f"{live_portal.url}/r/A\n"):
        assert hero.get("/qr.png", query_string={"of": foreign}).status_code == 404


def test_a_link_to_what_is_sold_out_warns(hero: FlaskClient, lived_in_engine: Engine) -> None:
    bowl = Offer("product", "p-2", "bowl", "Bowl", None, 2500, "USD", in_stock=False)
    with transaction(lived_in_engine) as session:
        keep_offers(session, "us", "product", [bowl], began_at=NOW)
    for page, words in (
        ("/products/bowl", "Bowl is sold out at present"),
        ("/products/vanished", "does not show this page"),
    ):
        assert words in hero.get("/links", query_string={"page": page}).get_data(as_text=True)
    for page in ("/products/mug", "/about"):
        html = hero.get("/links", query_string={"page": page}).get_data(as_text=True)
        assert "sold out at present" not in html
        assert "does not show" not in html


def test_a_tile_says_what_the_plan_in_force_pays(hero: FlaskClient, lived_in_engine: Engine) -> None:
    with transaction(lived_in_engine) as session:
        keep(session, "channel", [Item("us", "America")], began_at=NOW)
        mug = Offer("product", "p-1", "mug", "Stoneware mug", None, 1800, "USD", net_minor=1500)
        many = [Offer("product", f"t-{n}", f"tea-{n}", f"Tea {n}", None, 900, "USD") for n in range(14)]
        keep_offers(session, "us", "product", [mug, *many], began_at=NOW)
    html = hero.get("/links").get_data(as_text=True)
    # Ten percent of the price without tax; of the teas the shop did not say it.
    assert html.count("You earn about") == 1
    assert "You earn about $1.50" in html
    assert html.count('class="offer"') == 6
    [more] = re.findall(r'href="(/links\?[^"]*tiles=24[^"]*)"', html)
    assert hero.get(unescape(more)).get_data(as_text=True).count('class="offer"') == 15


def test_what_sells_best_where(hero: FlaskClient) -> None:
    assert re.search(
        r"(United States|Germany|China|France).* \d+ items?",
        card(hero.get("/links").get_data(as_text=True), "What sells best where"),
    )
