"""The address of a Saleor is one address however it is written, and never another's."""

from __future__ import annotations

import pytest

from distribution.adapters.saleor.app.address import Address, address, is_from

SHOP = Address(
    "https://shop.example.com/graphql/", "shop.example.com", "https://shop.example.com/.well-known/jwks.json"
)


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example.com/graphql/",
        "https://shop.example.com/graphql",
        "https://shop.example.com:443/graphql/",
        " HTTPS://Shop.Example.com/graphql// ",
    ],
)
def test_one_address_however_it_is_written(text: str) -> None:
    assert address(text) == SHOP


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "shop.example.com",
            "ftp://shop.example.com/",
            "https:///graphql/",
            "https://[",
            "https://a:b/",
        ),
        *("https://user@shop.example.com/graphql/", "https://shop.example.com/graphql/?x=1", "https://a/#b"),
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert address(text) is None


@pytest.mark.parametrize("domain", ["shop.example.com", "SHOP.example.com", "shop.example.com:443"])
def test_its_own_headers_are_known(domain: str) -> None:
    assert is_from(SHOP, api_url="https://shop.example.com/graphql", domain=domain)


@pytest.mark.parametrize(
    "api_url, domain",
    [
        ("http://shop.example.com/graphql/", "shop.example.com"),
        ("https://shop.example.com:8443/graphql/", "shop.example.com"),
        ("https://shop.example.com/other/", "shop.example.com"),
        ("https://shop.example.com.evil.example/graphql/", "shop.example.com"),
        ("https://shop.example.com/graphql/", "evil.example"),
        ("https://shop.example.com/graphql/", "shop.example.com@evil.example"),
        ("https://shop.example.com/graphql/", "shop.example.com:8443"),
        ("https://shop.example.com/graphql/", ""),
        ("", ""),
    ],
)
def test_anothers_are_not(api_url: str, domain: str) -> None:
    assert not is_from(SHOP, api_url=api_url, domain=domain)
