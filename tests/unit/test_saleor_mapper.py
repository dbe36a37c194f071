"""What plans may count of an order beside its lines' prices, read from what Saleor's GraphQL shows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from distribution.errors import InvalidInput
from distribution.orders.snapshot import OrderLine
from tests.saleor_orders import Line, saleor_order, snapshot_of

TEE = Line("TEE", 3, "54.00", "60.00")


def listing(channel: str, cost: object) -> dict[str, Any]:
    price = None if cost is None else {"amount": cost}
    return {"channel": {"slug": channel}, "costPrice": price}


def the_line(order: dict[str, Any]) -> OrderLine:
    (line,) = snapshot_of(order).lines
    return line


def order_of(*listings: dict[str, Any], **product: Any) -> dict[str, Any]:
    order = saleor_order(TEE)
    order["lines"][0]["variant"]["channelListings"] = list(listings)
    order["lines"][0]["variant"]["product"].update(product)
    return order


def test_an_answer_of_before_says_nothing_of_it() -> None:
    snapshot = snapshot_of(saleor_order(TEE, shipping="5.00"))
    (line,) = snapshot.lines

    assert (snapshot.shipping_net_minor, snapshot.shipping_gross_minor) == (0, 0)
    assert (line.undiscounted_net_minor, line.undiscounted_gross_minor, line.cost_minor) == (None, None, None)
    assert line.category_ids == ("category",)


def test_shipping_and_undiscounted_prices() -> None:
    order = saleor_order(TEE, shipping="5.50")
    order["shippingPrice"]["net"] = {"amount": Decimal("5.00")}
    order["lines"][0]["undiscountedTotalPrice"] = {
        "net": {"amount": Decimal("60.00")},
        "gross": {"amount": Decimal("66.00")},
    }
    snapshot = snapshot_of(order)
    (line,) = snapshot.lines

    assert (snapshot.shipping_net_minor, snapshot.shipping_gross_minor) == (500, 550)
    assert (line.undiscounted_net_minor, line.undiscounted_gross_minor) == (6000, 6600)


def test_categories_are_named_from_the_products_own_upwards() -> None:
    above = {"id": "middle", "parent": {"id": "top", "parent": None}}

    assert the_line(order_of(category={"id": "leaf", "parent": above})).category_ids == (
        "leaf",
        "middle",
        "top",
    )
    assert the_line(order_of(category={"id": "leaf", "parent": None})).category_ids == ("leaf",)
    assert the_line(order_of(category=None)).category_ids == ()


def test_cost_is_that_of_all_units_in_the_orders_channel() -> None:
    order = order_of(listing("other", Decimal("1.00")), listing("default", Decimal("7.25")))

    assert the_line(order).cost_minor == 3 * 725


@pytest.mark.parametrize(
    "listings", [[], [listing("other", Decimal("7.25"))], [listing("default", None)]], ids=str
)
def test_cost_of_a_product_that_is_not_listed_so_is_unknown(listings: list[dict[str, Any]]) -> None:
    assert the_line(order_of(*listings)).cost_minor is None


def test_cost_of_a_deleted_product_is_unknown() -> None:
    line = the_line(saleor_order(Line("GONE", 1, "18.00", "20.00", deleted=True)))

    assert (line.cost_minor, line.category_ids) == (None, ())


def test_cost_finer_than_its_currency_is_rounded_for_the_line_as_a_whole() -> None:
    assert the_line(order_of(listing("default", Decimal("0.335")))).cost_minor == 101


@pytest.mark.parametrize("amount", ["cheap", Decimal("Infinity"), Decimal("1e400")], ids=str)
def test_cost_that_is_no_amount_makes_a_damaged_order(amount: object) -> None:
    with pytest.raises(InvalidInput):
        snapshot_of(order_of(listing("default", amount)))
