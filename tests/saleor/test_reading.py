"""What plans count of an order, and the catalogue, as an app that may only see orders reads them of a real Saleor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from distribution.adapters.saleor.catalogue_pages import catalogue_pages
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused
from distribution.adapters.saleor.mapper import Keys, to_snapshot
from distribution.adapters.saleor.order_pages import OrderPages
from distribution.adapters.saleor.reader import read_orders
from distribution.adapters.saleor.scope import EVERYTHING, Scope
from distribution.orders.catalogue import KINDS
from tests.saleor.goods import COST, DEEP, Deep, deep
from tests.saleor.shop import Channel, Shop

KEYS = ["referral_code", "referral_click"]
_NEW_APP = """
mutation($input: AppInput!) { appCreate(input: $input) { authToken app { id } errors { field message } } }
"""
_END_OF_APP = "mutation($id: ID!) { appDelete(id: $id) { errors { field message } } }"


@pytest.fixture
def goods(shop: Shop, channel: Channel) -> Deep:
    return deep(shop, channel)


def an_app(shop: Shop, url: str, permissions: list[str]) -> Iterator[SaleorClient]:
    made = shop.saleor.run(_NEW_APP, input={"name": "distribution-test", "permissions": permissions})[
        "appCreate"
    ]
    with SaleorClient(url, made["authToken"], sleep=lambda _: None) as client:
        yield client
    shop.saleor.run(_END_OF_APP, id=made["app"]["id"])


@pytest.fixture
def client(shop: Shop, saleor_url: str) -> Iterator[SaleorClient]:
    yield from an_app(shop, saleor_url, ["MANAGE_ORDERS"])


@pytest.fixture
def stranger(shop: Shop, saleor_url: str) -> Iterator[SaleorClient]:
    yield from an_app(shop, saleor_url, [])


def test_an_order_says_categories_upwards_undiscounted_price_and_cost(
    shop: Shop, goods: Deep, client: SaleorClient
) -> None:
    began = datetime.now(UTC)
    placed = shop.complete(shop.checkout(goods.channel))

    reading = read_orders(client, [placed.id], keys=KEYS)
    page = OrderPages(client, Scope("changed", began), keys=KEYS).next_page()

    assert page is not None
    for order in (reading.orders[placed.id], page.orders[placed.id]):
        snapshot = to_snapshot(order, observed_at=began, keys=Keys(b"k" * 32))
        (line,) = snapshot.lines
        assert line.category_ids == goods.categories
        assert len(line.category_ids) == 3
        assert line.cost_minor == int(Decimal(COST) * 100)
        assert (line.undiscounted_net_minor, line.undiscounted_gross_minor) == (
            line.net_minor,
            line.gross_minor,
        )
        assert (snapshot.shipping_net_minor, snapshot.shipping_gross_minor) == (0, 0)
    assert client.costs.shown


def test_the_catalogue_is_the_same_on_small_pages(goods: Deep, client: SaleorClient) -> None:
    for kind in KINDS:
        whole = [item for page in catalogue_pages(client, kind) for item in page]
        assert [item for page in catalogue_pages(client, kind, page=3) for item in page] == whole
        items = {item.id: item for item in whole}
        assert len(items) == len(whole)
        if kind == "channel":
            assert goods.channel.slug in items
        if kind == "category":
            leaf, middle, top = (items[each] for each in goods.categories)
            assert (leaf.parent_id, middle.parent_id, top.parent_id) == (middle.id, top.id, None)
            assert (leaf.name, top.name) == (f"{DEEP}-leaf", f"{DEEP}-top")
        if kind == "product":
            assert items[goods.product].parent_id == goods.categories[0]
        if kind == "variant":
            assert items[goods.channel.variant].parent_id == goods.product


def test_an_app_that_may_see_nothing_is_refused(shop: Shop, goods: Deep, stranger: SaleorClient) -> None:
    placed = shop.complete(shop.checkout(goods.channel))

    with pytest.raises(SaleorRefused):
        OrderPages(stranger, EVERYTHING, keys=KEYS).next_page()
    # An order by its id shows anybody what is no secret: the refusal of the rest is what matters.
    with pytest.raises(SaleorRefused):
        read_orders(stranger, [placed.id], keys=KEYS)
