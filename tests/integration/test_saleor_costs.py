"""What products cost is asked once each; a Saleor that does not show it to our token still shows its orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.costs import add_costs
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.adapters.saleor.order_pages import OrderPages
from distribution.adapters.saleor.reader import FEW, FRAGMENT, read_orders
from distribution.adapters.saleor.scope import EVERYTHING
from tests.recordings import CODE
from tests.saleor_server import Shop, last_states, running_shop

KEYS = ["referral_code", "referral_click"]
LISTED = [{"channel": {"slug": "lab-usd"}, "costPrice": {"amount": 7.25}}]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        shop.put(*last_states(CODE)[:20])
        shop.costs = {each: LISTED for order in shop.orders.values() for each in variants(order)}
        yield shop


@pytest.fixture
def client(shop: Shop) -> Iterator[SaleorClient]:
    with SaleorClient(shop.url, shop.token, timeout_seconds=2, sleep=lambda _: None) as client:
        yield client


def variants(order: dict[str, Any]) -> list[str]:
    return [line["variant"]["id"] for line in order["lines"] if line["variant"]]


def listings(orders: dict[str, Any]) -> list[object]:
    return [
        line["variant"].get("channelListings")
        for order in orders.values()
        for line in order["lines"]
        if line["variant"]
    ]


def questions(shop: Shop) -> list[str]:
    return [query.split()[1].partition("(")[0] for query in shop.requests]


def test_costs_are_asked_once_for_each_variant(shop: Shop, client: SaleorClient) -> None:
    first = read_orders(client, list(shop.orders), keys=KEYS)
    page = OrderPages(client, EVERYTHING, keys=KEYS).next_page()

    assert page is not None
    for orders in (first.orders, page.orders):
        assert len(orders) == 20
        assert all(listings(orders))
    assert questions(shop) == ["Orders", "Costs", "OrdersInScope"]


def test_costs_of_a_few_orders_come_along(shop: Shop, client: SaleorClient) -> None:
    reading = read_orders(client, list(shop.orders)[:FEW], keys=KEYS)

    assert len(reading.orders) == FEW
    assert all(listings(reading.orders))
    assert questions(shop) == ["Orders"]
    assert FRAGMENT.count("variant { id ") == 1


def test_a_few_orders_are_read_without_costs_that_are_refused(shop: Shop, client: SaleorClient) -> None:
    shop.shows_costs = False

    for _ in range(2):
        reading = read_orders(client, list(shop.orders)[:1], keys=KEYS)
        assert len(reading.orders) == 1
        assert set(listings(reading.orders)) == {None}

    assert ["costPrice" in query for query in shop.requests] == [True, False, False]


def test_a_variant_that_was_deleted_since_is_not_asked_for_again(shop: Shop, client: SaleorClient) -> None:
    shop.costs.clear()

    for _ in range(2):
        assert not any(listings(read_orders(client, list(shop.orders), keys=KEYS).orders))

    assert questions(shop) == ["Orders", "Costs", "Orders"]


def test_costs_that_are_refused_are_not_asked_for_again(shop: Shop, client: SaleorClient) -> None:
    shop.shows_costs = False

    for _ in range(2):
        reading = read_orders(client, list(shop.orders), keys=KEYS)
        assert set(reading.orders) == set(shop.orders)
        assert set(listings(reading.orders)) == {None}

    assert questions(shop) == ["Orders", "Costs", "Orders"]


def test_one_damaged_variant_does_not_hide_the_others(shop: Shop, client: SaleorClient) -> None:
    damaged = variants(next(iter(shop.orders.values())))[0]
    shop.damaged = {damaged}

    orders = read_orders(client, list(shop.orders), keys=KEYS).orders

    shown = dict.fromkeys(client.costs.listings, LISTED)
    assert client.costs.listings == shown
    assert set(shown) == set(shop.costs) - {damaged}
    assert None in listings(orders)


def test_orders_wait_for_costs_that_only_cannot_be_read_now(shop: Shop, client: SaleorClient) -> None:
    orders = [{"lines": [{"variant": {"id": "v-1"}}]}]
    shop.status = 503

    with pytest.raises(SaleorUnreachable):
        add_costs(client, orders)
    assert client.costs.shown


@pytest.mark.parametrize(
    "order",
    [{}, {"lines": None}, {"lines": [None]}, {"lines": [{"variant": None}]}, {"lines": [{"variant": {}}]}],
)
def test_a_damaged_order_is_left_to_the_mapper(
    shop: Shop, client: SaleorClient, order: dict[str, Any]
) -> None:
    add_costs(client, [order])

    assert shop.requests == []


def test_a_token_that_may_see_nothing_is_refused(shop: Shop) -> None:
    with (
        SaleorClient(shop.url, "bad-token", sleep=lambda _: None) as client,
        pytest.raises(SaleorRefused),
    ):
        read_orders(client, list(shop.orders), keys=KEYS)
    assert questions(shop) == ["Orders"]
