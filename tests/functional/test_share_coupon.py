"""A distributor's share coupon on the page of links: the code, the discount in words, a link to a filled checkout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from distribution.db import transaction
from distribution.promotion import vouchers
from distribution.promotion.offer import ChannelOffer, Offer, keep_offer
from distribution.settings import program
from distribution.settings.document import VoucherRules
from tests.factories import ACTOR
from tests.functional.conftest import LivePortal

NOW = datetime.now(UTC)
RULES = VoucherRules(voucher_id="v")
DOLLARS = ChannelOffer("us", "USD", "10", "50")
EUROS = ChannelOffer("de", "EUR", "12.5", None)


@pytest.fixture(autouse=True)
def put_back(lived_in_engine: Engine, live_portal: LivePortal) -> Iterator[None]:
    yield
    with transaction(lived_in_engine) as session:
        session.execute(text("DELETE FROM distribution.shop_vouchers"))
        session.execute(text("DELETE FROM distribution.voucher_offers"))
        changes = {"vouchers": {"voucher_id": None}, "storefront": {"checkout": None}}
        program.change(session, changes, actor=ACTOR, now=NOW)
    live_portal.app.extensions["program"].forget()


def page(
    hero: FlaskClient,
    engine: Engine,
    portal: LivePortal,
    offer: Offer | None,
    checkout: str | None,
    query: str = "",
) -> str:
    """The page of links, with that discount on ADA's coupon."""
    with transaction(engine) as session:
        changes = {"vouchers": {"voucher_id": "v"}, "storefront": {"checkout": checkout}}
        program.change(session, changes, actor=ACTOR, now=NOW)
        vouchers.put(session, RULES, {"ADA": None}, now=NOW)
        if offer is not None:
            keep_offer(session, "v", offer, now=NOW)
    portal.app.extensions["program"].forget()
    return unescape(hero.get(f"/links{query}").get_data(as_text=True))


def an_offer(value_type: str = "percentage", applies_to: str = "order", **facts: object) -> Offer:
    known = {
        "once_per_customer": False,
        "starts_at": None,
        "ends_at": None,
        "channels": (DOLLARS, EUROS),
        **facts,
    }
    return Offer(value_type=value_type, applies_to=applies_to, **known)


@pytest.mark.parametrize(
    "offer, words",
    [
        (an_offer(), '10 % off the whole order</span> <span class="muted">(from $50.00 on)'),
        (an_offer("fixed", "products"), "$10.00 off selected products"),
        (an_offer(channels=(EUROS,)), "12.5 % off the whole order</span></p>"),
        (
            an_offer(applies_to="shipping", channels=(ChannelOffer("us", "USD", "100", None),)),
            "Free shipping",
        ),
        (an_offer(channels=(EUROS,), once_per_customer=True), "(once per customer)"),
        (an_offer(ends_at=NOW - timedelta(days=1)), "is not active at the moment"),
        (None, "Your share coupon"),
    ],
)
def test_the_discount_in_words(
    hero: FlaskClient, lived_in_engine: Engine, live_portal: LivePortal, offer: Offer | None, words: str
) -> None:
    html = page(hero, lived_in_engine, live_portal, offer, None)
    assert words in html
    assert 'value="ADA"' in html
    assert "checkout with your coupon" not in html


def test_a_link_to_a_checkout_with_the_coupon(
    hero: FlaskClient, lived_in_engine: Engine, live_portal: LivePortal
) -> None:
    html = page(hero, lived_in_engine, live_portal, an_offer(), "/cart?voucher={voucher}")
    link = f"{live_portal.url}/r/ADA?to=/cart%3Fvoucher%3DADA"
    assert f'value="{link}"' in html
    landed = hero.get("/r/ADA?to=/cart%3Fvoucher%3DADA").location
    assert "/cart?voucher=ADA&ref=ADA&click=" in landed


def test_a_checkout_filled_with_the_product_that_was_picked(
    hero: FlaskClient, lived_in_engine: Engine, live_portal: LivePortal
) -> None:
    pattern = "/buy/{slug}?voucher={voucher}"
    html = page(hero, lived_in_engine, live_portal, an_offer(), pattern)
    assert "/buy/" not in html
    html = page(hero, lived_in_engine, live_portal, an_offer(), pattern, "?page=/products/mug")
    assert f"{live_portal.url}/r/ADA?to=/buy/mug%3Fvoucher%3DADA" in html


def test_without_a_voucher_there_is_no_card(hero: FlaskClient) -> None:
    assert "share coupon" not in hero.get("/links").get_data(as_text=True)
