"""What staff sees of the plugin: its settings, their errors, and its health."""

import pytest

from saleor_plugin.configuration import CONFIG_STRUCTURE
from tests.saleor.client import SaleorFailed
from tests.saleor.conftest import HEALTH
from tests.saleor.shop import Channel, Shop


@pytest.mark.parametrize(
    "setting, value, field",
    [
        ("referral_code_key", "two words", "referralCodeKey"),
        ("referral_click_key", "referral_code", "referralClickKey"),
        ("channels", "no-such-channel", "channels"),
    ],
)
def test_wrong_setting_is_an_error_of_its_field(
    shop: Shop, channel: Channel, setting: str, value: str, field: str
) -> None:
    with pytest.raises(SaleorFailed, match=f"'field': '{field}'"):
        shop.plugin(**{setting: value})


def test_settings_are_shown(shop: Shop, channel: Channel) -> None:
    plugin = shop.saleor.run(
        '{ plugin(id: "distribution") { name globalConfiguration { active'
        " configuration { name value type label helpText } } } }"
    )["plugin"]
    fields = plugin["globalConfiguration"]["configuration"]
    assert plugin["globalConfiguration"]["active"]
    assert {field["name"] for field in fields} == set(CONFIG_STRUCTURE)
    assert all(field["type"] == "STRING" and field["label"] and field["helpText"] for field in fields)


def test_health(shop: Shop, channel: Channel) -> None:
    answer = shop.saleor.page(HEALTH)
    assert answer.status_code == 200
    assert answer.json()["breaker"] == "closed"
    assert "set-cookie" not in answer.headers
    assert "postgresql" not in answer.text
    assert shop.saleor.page(HEALTH + "/").status_code == 200
    assert shop.saleor.page(HEALTH, method="POST").status_code == 405
    assert shop.saleor.page("/plugins/global/distribution/other").status_code == 404
    shop.plugin(active=False)
    assert shop.saleor.page(HEALTH).status_code == 404
