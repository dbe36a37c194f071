"""Do logins elsewhere work: does the shop show its keys, does each OpenID provider describe itself and know us."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
from sqlalchemy import Engine

from distribution.access.providers import providers
from distribution.access.tables import IdentityProvider
from distribution.adapters.openid.discovery import discover
from distribution.adapters.openid.redeem import REDIRECT_PATH, Client, refusal_of_client
from distribution.adapters.saleor.app.address import address
from distribution.adapters.saleor.app.keyring import fetch_keys
from distribution.db import transaction
from distribution.errors import DomainError
from distribution.installation.outcome import Finding, one_line
from distribution.installation.outcomes import found
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from distribution.settings.environment import Settings, Variable


def check_logins(engine: Engine, settings: Settings) -> Iterator[Finding]:
    """A finding for each way in that is switched on; none where e-mail and password are all there is."""
    with transaction(engine) as session:
        rules = program.read(session).sign_in.saleor
        known = list(providers(session))
    if rules.staff or rules.customers:
        yield _shop(settings)
    for provider in known:
        yield _provider(settings, provider)


def _shop(settings: Settings) -> Finding:
    shop = address(settings.saleor_api_url) if Variable.SALEOR_API_URL in settings else None
    if shop is None:
        return found("login.no_shop")
    try:
        fetch_keys(shop.keys_url)
    except httpx.HTTPError as error:
        return found("login.no_keys", url=shop.keys_url, error=one_line(error) or type(error).__name__)
    return found("login.shop", url=shop.keys_url)


def _provider(settings: Settings, provider: IdentityProvider) -> Finding:
    label, issuer, sealed = provider.label, provider.issuer, provider.client_secret_encrypted
    try:
        secret = None if sealed is None else Cipher(settings.encryption_keys).open(sealed)
        metadata, _ = discover(issuer)
        # An address of ours that is not set is told by the setting's own finding.
        portal = settings.portal_url if Variable.PORTAL_URL in settings else ""
        refusal = refusal_of_client(metadata, Client(provider.client_id, secret, f"{portal}{REDIRECT_PATH}"))
    except DomainError as error:
        return found("login.provider_wrong", label=label, issuer=issuer, error=one_line(error.message))
    if refusal is not None:
        return found("login.client_refused", label=label, client=provider.client_id, error=refusal)
    return found("login.provider", label=label, issuer=issuer, algorithms=", ".join(metadata.algorithms))
