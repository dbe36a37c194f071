"""The storefront script against a real Saleor: a browser without a login tells its checkout, and the order knows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.functional.browser import open_page, running
from tests.functional.pages import Pages, running_pages
from tests.saleor.shop import ADDRESS, Channel, Shop

pytestmark = pytest.mark.browser
CREATE = """
mutation($input: CheckoutCreateInput!) { checkoutCreate(input: $input) { checkout { id token } errors { message } } }
"""
UNKNOWN = "Q2hlY2tvdXQ6MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAw"
CLICK = "019aa000000070008000000000000001"
EXPECTED = [{"key": "referral_click", "value": CLICK}, {"key": "referral_code", "value": "ADA"}]


def open_shop(pages: Pages, page: Page, url: str) -> None:
    """Land in a shop on an origin of its own whose script knows this Saleor."""
    pages.put("/", f'data-saleor-api="{url}"')
    page.goto(f"{pages.url}/?ref=ADA&click={CLICK}")


def create(page: Page, url: str, channel: Channel, *, metadata: str = "[]") -> dict[str, str]:
    """A checkout that the shopper's browser makes."""
    given = {
        "channel": channel.slug,
        "email": "buyer@example.com",
        "lines": [{"variantId": channel.variant, "quantity": 1}],
        "billingAddress": ADDRESS,
    }
    checkout: dict[str, str] = page.evaluate(
        f"""async ([url, query, given]) => {{
            const body = JSON.stringify({{query, variables: {{input: {{...given, metadata: {metadata}}}}}}});
            const headers = {{"Content-Type": "application/json"}};
            const answer = await (await fetch(url, {{method: "POST", headers, body}})).json();
            return answer.data.checkoutCreate.checkout;
        }}""",
        [url, CREATE, given],
    )
    return checkout


def test_a_checkout_is_told_by_its_id_and_by_its_token(shop: Shop, chromium: str) -> None:
    channel = shop.channel()
    with running_pages() as pages, running(chromium) as browser:
        page, complaints = open_page(browser)
        open_shop(pages, page, shop.saleor.url)
        for name in ("id", "token"):
            checkout = create(page, shop.saleor.url, channel)
            assert page.evaluate("id => referral.attach(id)", checkout[name]) is True
            found = shop.saleor.run(
                "query($id: ID!) { checkout(id: $id) { metadata { key value } } }", id=checkout["id"]
            )
            assert found["checkout"]["metadata"] == EXPECTED
        assert page.evaluate("id => referral.attach(id)", UNKNOWN) is False
        assert complaints == []


def test_a_checkout_made_with_the_referral_carries_it_to_the_order(shop: Shop, chromium: str) -> None:
    channel = shop.channel()
    with running_pages() as pages, running(chromium) as browser:
        page, _ = open_page(browser)
        open_shop(pages, page, shop.saleor.url)
        checkout = create(page, shop.saleor.url, channel, metadata="referral.metadata()")
    order = shop.complete(checkout["id"])
    found = shop.saleor.run("query($id: ID!) { order(id: $id) { metadata { key value } } }", id=order.id)
    assert found["order"]["metadata"] == EXPECTED
