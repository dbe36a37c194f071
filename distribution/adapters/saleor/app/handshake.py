"""The edge where a Saleor installs the App: only ours may, and it is asked itself whether the token is ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from distribution.adapters.saleor.app.address import Address, is_from
from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.identity import Identity, whose
from distribution.adapters.saleor.app.installation import install
from distribution.adapters.saleor.app.manifest import APP_ID, NEEDED
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorUnreachable
from distribution.db import transaction
from distribution.privacy.encryption import Cipher

LONGEST_TOKEN = 1_000
Clients = Callable[[str], SaleorClient]
"""A client of the configured shop for a token."""


def register(
    engine: Engine,
    *,
    shop: Address,
    api_url: str,
    domain: str,
    token: object,
    clients: Clients,
    cipher: Cipher,
    now: datetime,
) -> None:
    """Install with this token, if it comes from the shop and the shop knows it; raises Refused.

    Nobody but the configured shop is ever asked: an address that came with the request is compared, not called.
    """
    if not is_from(shop, api_url=api_url, domain=domain):
        raise Refused("other_domain", "this program belongs to another shop (DISTRIBUTION_SALEOR_API_URL)")
    if not isinstance(token, str) or not 1 <= len(token) <= LONGEST_TOKEN or not _is_word(token):
        raise Refused("malformed", "there is no token in the request")
    identity = _identity(clients, token)
    if identity is None or identity.identifier != APP_ID:
        raise Refused("token_refused", "the shop does not know this token as that of this App")
    if missing := sorted(set(NEEDED) - identity.permissions):
        raise Refused("missing_permission", f"the App needs {', '.join(missing)}")
    with transaction(engine) as session:
        install(
            session,
            api_url=shop.api_url,
            app_id=identity.app_id,
            saleor_version=identity.saleor_version,
            token=token,
            cipher=cipher,
            now=now,
        )


def is_alive(clients: Clients, token: str) -> bool:
    """Whether the shop still knows this token; raises Refused when it cannot be asked."""
    return _identity(clients, token) is not None


def _identity(clients: Clients, token: str) -> Identity | None:
    try:
        with clients(token) as client:
            return whose(client)
    except SaleorUnreachable as error:
        raise Refused("unreachable", "the shop does not answer") from error


def _is_word(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token
