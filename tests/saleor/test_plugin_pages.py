"""The plugin's pages on a real Saleor: a code for storefronts, a link for staff, settings that reach the inbox."""

from __future__ import annotations

import time
from urllib.parse import urljoin

import httpx
import psycopg
import pytest

from tests.saleor.client import SaleorFailed
from tests.saleor.conftest import PluginServers, variable
from tests.saleor.shop import Channel, Shop

BASE = "/plugins/global/distribution"


def test_an_unknown_code_is_told_fast(shop: Shop, channel: Channel) -> None:
    assert shop.saleor.page(f"{BASE}/code/NOBODY-AT-ALL").status_code == 404
    started = time.monotonic()
    for _ in range(20):
        assert shop.saleor.page(f"{BASE}/code/NOBODY-AT-ALL").status_code in (404, 503)
    assert (time.monotonic() - started) / 20 < 0.25
    assert shop.saleor.page(f"{BASE}/code/X", method="POST").status_code == 405


def test_the_link_to_an_order_is_for_staff(shop: Shop, channel: Channel) -> None:
    page = f"{BASE}/order/T3JkZXI6MQ=="
    address = urljoin(variable("URL"), page)
    shop.plugin(portal_url="https://partners.example.com")
    try:
        assert httpx.get(address).status_code == 401
        assert httpx.get(address, headers={"Authorization": "Bearer no.such.token"}).status_code == 401
        assert shop.saleor.page(page).json() == {
            "url": "https://partners.example.com/console/shop-orders/T3JkZXI6MQ%3D%3D"
        }
    finally:
        shop.plugin()


@pytest.mark.parametrize(
    "setting, value, field",
    [
        ("attribution_touch", "newest", "attributionTouch"),
        ("attribution_window_days", "0", "attributionWindowDays"),
        ("voucher_prefix", "MY FRIEND", "voucherPrefix"),
        ("portal_url", "partners", "portalUrl"),
    ],
)
def test_each_setting_is_checked_at_its_field(
    shop: Shop, channel: Channel, setting: str, value: str, field: str
) -> None:
    with pytest.raises(SaleorFailed, match=f"'field': '{field}'"):
        shop.plugin(**{setting: value})


def test_what_is_saved_is_told(shop: Shop, channel: Channel, plugin_servers: PluginServers) -> None:
    shop.plugin(attribution_touch="first")
    try:
        with psycopg.connect(plugin_servers.database_url) as connection:
            [document] = connection.execute(
                "SELECT referral -> 'document' -> 'attribution' FROM distribution.inbox"
                " WHERE kind = 'settings' ORDER BY id DESC LIMIT 1"
            ).fetchall()[0]
        assert document == {"touch": "first"}
    finally:
        shop.plugin()
