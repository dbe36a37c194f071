"""What arrives in the inbox when somebody buys at a real Saleor."""

import pytest

from tests.saleor.conftest import Inbox
from tests.saleor.shop import NAME, Channel, Shop


def test_from_checkout_to_fulfilment(shop: Shop, channel: Channel, inbox: Inbox) -> None:
    checkout = shop.checkout(channel, referral_code="ALICE", referral_click="click-1")
    referrals = [row for row in inbox.rows() if row[0] == "checkout"]
    assert referrals == [("checkout", checkout, "checkout_created", {"code": "ALICE", "click": "click-1"})]
    order = shop.complete(checkout)
    assert "order_created" in [row[2] for row in inbox.rows() if row[1] == order.id]
    shop.fulfill(channel, order)
    hooks = inbox.hooks_of(order.id, last="order_fulfilled")
    assert set(hooks) <= {
        *("order_created", "order_paid", "order_fully_paid", "order_updated", "order_confirmed"),
        *("fulfillment_created", "fulfillment_approved", "order_fulfilled"),
    }
    assert hooks[-1] == "order_fulfilled"


def test_referral_that_comes_later(shop: Shop, channel: Channel, inbox: Inbox) -> None:
    checkout = shop.checkout(channel, other="x")
    update = (
        "mutation($id: ID!, $input: [MetadataInput!]!) {"
        " updateMetadata(id: $id, input: $input) { errors { field message } } }"
    )
    for code in ("ALICE", "ALICE", "BOB"):
        shop.saleor.run(update, id=checkout, input=[{"key": "referral_code", "value": code}])
    codes = [row[3]["code"] for row in inbox.rows() if row[1] == checkout]
    assert codes == ["ALICE", "BOB"]


def test_code_as_large_as_saleor_takes(shop: Shop, channel: Channel, inbox: Inbox) -> None:
    checkout = shop.checkout(channel, referral_code="A" * 2_000_000)
    assert [row[3] for row in inbox.rows() if row[1] == checkout] == [{"code": "A" * 255, "click": None}]
    order = shop.complete(checkout)
    assert inbox.hooks_of(order.id, last="order_created")


def test_bulk_import(shop: Shop, channel: Channel, inbox: Inbox) -> None:
    orders = shop.import_orders(channel, 5)
    told = [row[1] for row in inbox.rows() if row[2] == "order_bulk_created"]
    assert sorted(told) == sorted(orders)


def test_other_channels_are_left_out(shop: Shop, channel: Channel, inbox: Inbox) -> None:
    other = shop.channel(f"{NAME}-other")
    shop.plugin(channels=f"{other.slug}, ")
    left_out = shop.complete(shop.checkout(channel, referral_code="ALICE"))
    told = shop.complete(shop.checkout(other, referral_code="ALICE"))
    assert inbox.hooks_of(told.id, last="order_confirmed")
    assert left_out.id not in {row[1] for row in inbox.rows()}


def test_switched_off(shop: Shop, channel: Channel, inbox: Inbox) -> None:
    shop.plugin(active=False)
    shop.complete(shop.checkout(channel, referral_code="ALICE"))
    assert inbox.rows() == []


@pytest.mark.parametrize("key", ["ref", "x.y:z"])
def test_other_metadata_key(shop: Shop, channel: Channel, inbox: Inbox, key: str) -> None:
    shop.plugin(referral_code_key=key)
    checkout = shop.checkout(channel, **{key: "ALICE", "referral_code": "BOB"})
    assert [row[3] for row in inbox.rows() if row[1] == checkout] == [{"code": "ALICE", "click": None}]
