"""The address of a Saleor: what its API, its domain and its public keys are called."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A Saleor by the address of its GraphQL, written in one way."""

    api_url: str
    domain: str
    keys_url: str


def address(api_url: str) -> Address | None:
    """The address in this text, or None when it is none; slashes at its end and default ports make no difference."""
    try:
        parts = urlsplit(api_url.strip())
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if (
        scheme not in _DEFAULT_PORTS
        or not host
        or parts.query
        or parts.fragment
        or parts.username is not None
    ):
        return None
    named = f"[{host}]" if ":" in host else host
    domain = named if port in (None, _DEFAULT_PORTS[scheme]) else f"{named}:{port}"
    return Address(
        api_url=f"{scheme}://{domain}{parts.path.rstrip('/')}/",
        domain=domain,
        keys_url=f"{scheme}://{domain}/.well-known/jwks.json",
    )


def is_from(shop: Address, *, api_url: str, domain: str) -> bool:
    """Whether both headers of a request name this shop."""
    named, at = address(api_url), address(f"{shop.api_url.partition(':')[0]}://{domain}")
    return named is not None and at is not None and (named.api_url, at.domain) == (shop.api_url, shop.domain)
