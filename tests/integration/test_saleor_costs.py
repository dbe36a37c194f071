"""A Saleor that shows no costs to our token still shows its orders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from distribution.adapters.saleor.changed import ChangedOrders
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused
from distribution.adapters.saleor.reader import COSTS, FRAGMENT, read_orders
from tests.recordings import CODE
from tests.saleor_server import Shop, last_states, running_shop

KEYS = ["referral_code", "referral_click"]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        shop.put(*last_states(CODE)[:5])
        yield shop


@pytest.fixture
def client(shop: Shop) -> Iterator[SaleorClient]:
    with SaleorClient(shop.url, shop.token, timeout_seconds=2, sleep=lambda _: None) as client:
        yield client


def costs_asked(shop: Shop) -> list[bool]:
    return ["costPrice" in query for query in shop.requests]


def test_the_fragment_asks_for_costs_in_the_words_that_are_left_out() -> None:
    assert FRAGMENT.count(COSTS) == 1


def test_costs_are_asked_for(shop: Shop, client: SaleorClient) -> None:
    assert not read_orders(client, list(shop.orders), keys=KEYS).failed
    assert costs_asked(shop) == [True]


def test_costs_that_are_refused_are_left_out_from_then_on(shop: Shop, client: SaleorClient) -> None:
    shop.shows_costs = False

    first = read_orders(client, list(shop.orders), keys=KEYS)
    second = ChangedOrders(client, since=None, keys=KEYS).next_page()

    assert set(first.orders) == set(shop.orders)
    assert second is not None
    assert set(second.orders) == set(shop.orders)
    assert costs_asked(shop) == [True, False, False]


def test_a_token_that_may_see_nothing_is_refused_all_the_same(shop: Shop) -> None:
    with SaleorClient(shop.url, "bad-token", sleep=lambda _: None) as client:
        with pytest.raises(SaleorRefused):
            read_orders(client, list(shop.orders), keys=KEYS)
        assert client.shows_costs
