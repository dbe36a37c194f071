"""The demo's shop by itself: what it sells becomes an order that our reader and mapper understand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from flask.testing import FlaskClient

from distribution.adapters.saleor.catalogue_pages import catalogue_pages
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.mapper import Keys, to_snapshot
from distribution.adapters.saleor.order_pages import OrderPages
from distribution.adapters.saleor.reader import read_orders
from distribution.adapters.saleor.scope import Scope
from distribution.demo.plot import write_plot
from distribution.demo.sales import COUNTER
from distribution.demo.shapes import ORDER, Identity, shapes
from distribution.demo.shop.catalogue import CHANNELS, products, shelves
from distribution.demo.shop.store import NOT_YET, Checkout, ShopOrder, Store
from distribution.demo.shop.storefront import create_app
from distribution.demo.shop.till import SHIPS_AFTER, story_of
from distribution.orders.catalogue import KINDS
from distribution.orders.snapshot import CANCELLED, DRAFT, OPEN

KEYS = Keys(hash_key=b"a key of tests")
NAMES = ["referral_code", "referral_click"]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Counter:
    """The shop, its file, and what it sold."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "shop.sqlite")
        self.sold: list[ShopOrder] = []
        self.app = create_app(self.store, portal_url="http://portal.test", sold=self.sold.append)

    def browser(self, language: str = "en") -> FlaskClient:
        """A shopper's browser without scripts."""
        browser = self.app.test_client()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        return browser

    def saleor(self) -> SaleorClient:
        """Our own client, asking the shop's GraphQL."""
        return SaleorClient("http://shop.test/graphql/", "demo", transport=httpx.WSGITransport(self.app))


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


def buy(
    counter: Counter, slug: str, quantity: int, language: str = "en", code: str | None = "EMMA"
) -> ShopOrder:
    browser = counter.browser(language)
    till = browser.post(f"/products/{slug}", data={"quantity": quantity})
    assert till.status_code == 303
    checkout = till.headers["Location"].rpartition("/")[2]
    if code is not None:
        entry = {"key": "referral_code", "value": code}
        asked = {"query": "mutation { updateMetadata }", "variables": {"id": checkout, "input": [entry]}}
        assert browser.post("/graphql/", json=asked).json == {"data": {"updateMetadata": {"errors": []}}}
    thanks = browser.post(till.headers["Location"], data={"email": "ada@example.com"}, follow_redirects=True)
    assert thanks.status_code == 200
    # Sent twice, bought once.
    browser.post(till.headers["Location"], data={"email": "ada@example.com"})
    (order,) = counter.sold
    return order


def test_everything_on_the_shelf_can_be_bought() -> None:
    for product in products():
        for channel in CHANNELS:
            for quantity in range(1, product.most_at_once + 1):
                story = story_of(Checkout("c", channel, product.sku, quantity, {}, None))
                assert story.channel == channel


def test_a_sale_is_read_by_our_reader(counter: Counter) -> None:
    order = buy(counter, "cloud-cups", 2)
    with counter.saleor() as client:
        reading = read_orders(client, [order.identity.id, "T3JkZXI6bm8="], keys=NAMES)
    assert reading.gone == ["T3JkZXI6bm8="]
    snapshot = to_snapshot(reading.orders[order.identity.id], observed_at=NOW, keys=KEYS)
    assert (snapshot.status, snapshot.paid, snapshot.referral_code) == (OPEN, True, "EMMA")
    assert (snapshot.currency, snapshot.total_minor) == ("EUR", 2 * 28_00 + 4_90)
    (line,) = snapshot.lines
    assert (line.quantity, line.fulfilled, line.gross_minor, line.net_minor) == (2, 0, 56_00, 47_06)
    assert (line.undiscounted_gross_minor, line.undiscounted_net_minor) == (56_00, 47_06)
    assert line.cost_minor == 2 * 11_70
    names = {each["id"]: each["name"] for each in shelves().categories}
    assert [names[each] for each in line.category_ids] == ["Teaware", "At the tea table"]
    assert (snapshot.shipping_gross_minor, snapshot.shipping_net_minor) == (4_90, 4_12)


def test_the_parcel_leaves_a_minute_later(counter: Counter) -> None:
    order = buy(counter, "quiet-kettle", 1, language="zh-CN", code=None)
    soon = order.identity.times[0] + SHIPS_AFTER
    assert counter.store.advance(soon - timedelta(seconds=1)) == []
    assert counter.store.advance(soon) == [order.identity.id]
    assert counter.store.advance(soon) == []
    shown = counter.store.order(order.identity.id)
    assert shown is not None
    snapshot = to_snapshot(shown.shown(), observed_at=soon, keys=KEYS)
    assert (snapshot.currency, snapshot.referral_code) == ("CNY", None)
    assert snapshot.lines[0].fulfilled == 1
    assert snapshot.lines[0].fulfilled_at == soon


def test_what_makes_no_sense_is_answered_kindly(counter: Counter) -> None:
    browser = counter.browser()
    assert browser.get("/products/nothing").status_code == 404
    assert browser.post("/products/cloud-cups", data={"quantity": 99}).status_code == 400
    till = browser.post("/products/cloud-cups").headers["Location"]
    answer = browser.post(till, data={"email": "nobody"})
    assert answer.status_code == 422
    assert "Please enter an e-mail address" in answer.get_data(as_text=True)
    assert browser.get("/checkout/none").status_code == 404
    unknown = {"query": "mutation { updateMetadata }", "variables": {"id": "none", "input": []}}
    assert browser.post("/graphql/", json=unknown).get_json()["data"]["updateMetadata"]["errors"]
    assert "errors" in browser.post("/graphql/", json={"query": "{ products { id } }"}).get_json()
    assert counter.sold == []


def test_reconciliation_pages_through_what_changed(counter: Counter) -> None:
    story = next(shape for shape in shapes() if shape.kind == "ordinary")
    moments = [NOW + timedelta(minutes=index) for index in range(130)]
    counter.store.add(
        ShopOrder(story, ORDER, Identity(f"o-{index}", 20_000 + index, "a@example.com", (at, NOW)), 0)
        for index, at in enumerate(moments)
    )
    future = Identity("later", 30_000, "a@example.com", (NOW, NOW))
    counter.store.add([ShopOrder(story, ORDER, future, NOT_YET)])
    with counter.saleor() as client:
        pages = OrderPages(client, Scope("changed", moments[5]), keys=NAMES)
        seen = [list(page.orders) for page in iter(pages.next_page, None)]
    assert [len(page) for page in seen] == [100, 25]
    assert [order_id for page in seen for order_id in page] == [f"o-{index}" for index in range(5, 130)]


def test_its_catalogue_names_everything_that_orders_name(counter: Counter) -> None:
    with counter.saleor() as client:
        catalogue = {
            kind: {item.id: item for page in catalogue_pages(client, kind) for item in page} for kind in KINDS
        }
    assert {kind: len(items) for kind, items in catalogue.items()} == {
        "channel": 2,
        "category": 6,
        "collection": 3,
        "product": 14,
        "variant": 14,
    }
    assert catalogue["category"]["Q2F0ZWdvcnk6Nw=="].parent_id == "Q2F0ZWdvcnk6MjA="
    for shape in shapes():
        identity = Identity("T3JkZXI6MQ==", 1, "ada@example.com", (NOW,) * len(shape.steps))
        order = ShopOrder(shape, ORDER, identity, 0)
        snapshot = to_snapshot(order.shown(), observed_at=NOW, keys=KEYS)
        assert snapshot.channel in catalogue["channel"]
        for line in snapshot.lines:
            assert line.variant_id is not None
            variant = catalogue["variant"][line.variant_id]
            assert (variant.name, variant.parent_id) == (line.sku, line.product_id)
            assert catalogue["product"][variant.parent_id or ""].parent_id == line.category_ids[0]
            assert set(line.category_ids) <= set(catalogue["category"])
            assert set(line.collection_ids) <= set(catalogue["collection"])


def test_strangers_are_shown_what_links_lead_to(counter: Counter) -> None:
    with counter.saleor() as client:
        answer = client.execute(
            "query Offers { products(channel: $channel) { edges } }", {"channel": "china"}, as_stranger=True
        )
    nodes = [edge["node"] for edge in answer.data["products"]["edges"]]
    assert len(nodes) == 14
    assert nodes[0]["pricing"]["priceRange"]["start"]["gross"] == {"amount": 108, "currency": "CNY"}
    browser = counter.app.test_client()
    for node in nodes:
        assert browser.get(f"/products/{node['slug']}").status_code == 200
        assert browser.get(node["thumbnail"]["url"].removeprefix("http://shop.test")).status_code == 200


def test_every_recorded_state_is_one_our_mapper_reads() -> None:
    statuses = set()
    for shape in shapes():
        times = tuple(NOW + timedelta(days=index) for index in range(len(shape.steps)))
        identity = Identity(
            "T3JkZXI6MQ==", 1, "ada@example.com", times, referral_code="EMMA", original_id="T3JkZXI6Mg=="
        )
        for part, states in shape.states.items():
            for index in range(len(states)):
                order = ShopOrder(shape, part, identity, index)
                snapshot = to_snapshot(order.shown(), observed_at=order.at(index), keys=KEYS)
                statuses.add(snapshot.status)
                for line in snapshot.lines:
                    assert line.undiscounted_gross_minor is not None
                    assert line.undiscounted_gross_minor >= line.gross_minor
                    assert (line.cost_minor is None) == line.gift_card
                assert NOW <= snapshot.placed_at <= order.at(index)
                assert "@" not in "".join(line.id for line in snapshot.lines)
    assert statuses == {DRAFT, OPEN, CANCELLED}
    assert {shape.kind for shape in shapes()} > {COUNTER, "exchange", "charge_back", "gift_card_used"}


def test_the_same_moment_gives_the_same_year() -> None:
    first, second = write_plot(Random(7), NOW), write_plot(Random(7), NOW)
    assert first.people == second.people
    assert first.clicks == second.clicks
    assert [order.identity for order in first.orders] == [order.identity for order in second.orders]
    assert max(person.depth for person in first.people) == 3
