"""Which hosts pictures may be fetched from: the shop's own, and those the merchant named that are on the internet."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Hosts:
    """`shop` is the address of the shop's API, whose host may be anywhere; `named` are hosts without a port."""

    shop: str | None = None
    named: Collection[str] = field(default_factory=frozenset)

    def destination(self, address: str) -> str | None:
        """Where to connect to for this address: a host or, of a named one, the IP address that was looked at.

        None where it may not be fetched. Looked at and connected to is the same: a name that answers otherwise the
        second time leads nowhere.
        """
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            return None
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
            return None
        if self.shop is not None and _origin(parts) == _origin(urlsplit(self.shop)):
            return parts.hostname
        if parts.scheme != "https" or port not in (None, 443) or not self._is_named(parts.hostname):
            return None
        return _public_address(parts.hostname)

    def _is_named(self, host: str) -> bool:
        return any(
            host == name or (name.startswith("*.") and host.endswith(name[1:]))
            for name in map(str.lower, self.named)
        )


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _public_address(host: str) -> str | None:
    """One of the host's addresses; None unless all of them are on the internet."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(map(_is_public, addresses)):
        return None
    return str(addresses[0])


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (mapped is None or mapped.is_global)
