"""What a browser says of itself, in words."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel

from distribution.privacy.masking import masked_address
from portal.securing.devices import device, is_phone

_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    "agent, words, phone",
    [
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) {_WEBKIT} Safari/604.1",
            "Safari on iPhone",
            True,
        ),
        (f"Mozilla/5.0 (iPhone) {_WEBKIT} MicroMessenger/8.0.40 Safari/604.1", "WeChat on iPhone", True),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows", False),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36", "Chrome on Android", True),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.0; rv:131.0) Gecko Firefox/131.0",
            "Firefox on macOS",
            False,
        ),
        ("curl/8.5.0", "Unknown device", False),
        ("", "Unknown device", False),
    ],
)
def test_browser_and_system(agent: str, words: str, phone: bool) -> None:
    app = Flask("test")
    Babel(app)
    with app.test_request_context():
        assert (device(agent), is_phone(agent)) == (words, phone)


@pytest.mark.parametrize(
    "address, masked",
    [
        ("203.0.113.7", "203.0.113.*"),
        ("2001:db8:1:2::3", "2001:db8:1:*"),
        ("::1", "0:0:0:*"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_an_address_is_kept_without_its_end(address: str, masked: str) -> None:
    assert masked_address(address) == masked
