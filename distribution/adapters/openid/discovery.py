"""What a provider says of itself: where people are sent, where codes are redeemed, which keys sign."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from distribution.adapters.openid.errors import ProviderUnreachable
from distribution.adapters.openid.http import ask
from distribution.errors import InvalidInput

FRESH_SECONDS = 3600.0
PAUSE_SECONDS = 10.0
"""Keys are asked for no more often, whoever makes up key ids."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by keys that only the provider has; what the provider may use beside them is not ours."""
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider's own description."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None
    algorithms: tuple[str, ...]
    secret_in_header: bool
    names_itself: bool
    """Whether its answers carry `iss` (RFC 9207)."""


def checked_issuer(issuer: str) -> str:
    """An issuer as it is compared, letter for letter; raises InvalidInput unless it is https, or this machine."""
    tidy = issuer.strip()
    if not _is_safe(tidy) or urlsplit(tidy).query or urlsplit(tidy).fragment or len(tidy) > 300:
        raise InvalidInput("an issuer is an https address without query", field="issuer")
    return tidy


def discover(issuer: str) -> tuple[Metadata, KeySet]:
    """What the provider says now, and its keys; raises ProviderUnreachable, naming what is wrong."""
    status, said = ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if status != 200:
        raise ProviderUnreachable(f"the provider's configuration was answered with {status}")
    if said.get("issuer") != issuer:
        raise ProviderUnreachable(
            f"the provider calls itself {str(said.get('issuer'))[:100]!r}, not {issuer!r}"
        )
    if "S256" not in _words(said, "code_challenge_methods_supported", ["S256"]):
        raise ProviderUnreachable("the provider knows no PKCE by S256")
    algorithms = tuple(
        each
        for each in ALGORITHMS
        if each in _words(said, "id_token_signing_alg_values_supported", ["RS256"])
    )
    if not algorithms:
        raise ProviderUnreachable("the provider signs by no algorithm that is accepted")
    methods = _words(said, "token_endpoint_auth_methods_supported", ["client_secret_basic"])
    metadata = Metadata(
        issuer=issuer,
        authorization_endpoint=_address(said, "authorization_endpoint"),
        token_endpoint=_address(said, "token_endpoint"),
        userinfo_endpoint=_address(said, "userinfo_endpoint") if "userinfo_endpoint" in said else None,
        algorithms=algorithms,
        secret_in_header="client_secret_basic" in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )
    return metadata, _keys(_address(said, "jwks_uri"))


class Known:
    """One provider for all threads of a process: discovered when first needed, hourly, and for a key not known yet."""

    def __init__(self, issuer: str, clock: Callable[[], float]) -> None:
        self._issuer = issuer
        self._clock = clock
        self._lock = threading.Lock()
        self._found: tuple[Metadata, KeySet] | None = None
        self._found_at = 0.0

    def found(self, *, afresh: bool = False) -> tuple[Metadata, KeySet]:
        """Metadata and keys; `afresh` unless they were asked for a moment ago. Raises ProviderUnreachable."""
        with self._lock:
            age = self._clock() - self._found_at
            if self._found is None or age > FRESH_SECONDS or (afresh and age > PAUSE_SECONDS):
                self._found = discover(self._issuer)
                self._found_at = self._clock()
            return self._found


def _keys(address: str) -> KeySet:
    status, said = ask("GET", address)
    # A symmetric key there would let everybody who reads it sign.
    public = [
        each for each in said.get("keys") or () if isinstance(each, dict) and each.get("kty") in ("RSA", "EC")
    ]
    if status != 200 or not public:
        raise ProviderUnreachable("the provider shows no keys")
    try:
        return KeySet.import_key_set({"keys": public})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderUnreachable("the provider's keys cannot be read") from error


def _address(said: dict[str, Any], name: str) -> str:
    address = said.get(name)
    if not isinstance(address, str) or not _is_safe(address):
        raise ProviderUnreachable(f"the provider's {name} is no https address")
    return address


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.username is not None or not parts.hostname or not address.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)


def _words(said: dict[str, Any], name: str, unless_said: list[str]) -> list[str]:
    words = said.get(name, unless_said)
    return words if isinstance(words, list) else unless_said
