"""What a provider's token endpoint says to a code of ours: tokens, or that it does not know us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.auth import ClientAuth

from distribution.adapters.openid.discovery import Metadata
from distribution.adapters.openid.errors import ProviderRefused
from distribution.adapters.openid.http import ask

REDIRECT_PATH = "/sign-in/done"
_NO_CODE = "distribution-doctor-asks-whether-the-client-is-known"
_NOT_OUR_CLIENT = frozenset({"invalid_client", "unauthorized_client"})
_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Client:
    """Us, as a provider knows us."""

    client_id: str
    secret: str | None
    redirect_uri: str


def redeem(metadata: Metadata, client: Client, *, code: str, verifier: str) -> dict[str, Any]:
    """The tokens for a code; raises ProviderUnreachable, ProviderRefused."""
    status, tokens = _asked(metadata, client, code, verifier)
    if status != 200 or "error" in tokens:
        raise ProviderRefused(f"the provider refuses the code: {str(tokens.get('error', status))[:60]}")
    return tokens


def refusal_of_client(metadata: Metadata, client: Client) -> str | None:
    """What the provider says against this client id or secret, None where it has nothing against them.

    It is given a code it never issued: who we are is looked at before the code is (RFC 6749, 3.2.1), so a provider that
    only finds the code wrong has taken us for its client. Raises ProviderUnreachable.
    """
    status, said = _asked(metadata, client, _NO_CODE, _NO_CODE)
    error = str(said.get("error", status))[:60]
    return error if status == _UNAUTHORIZED or error in _NOT_OUR_CLIENT else None


def _asked(metadata: Metadata, client: Client, code: str, verifier: str) -> tuple[int, dict[str, Any]]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": verifier,
    }
    method = "none"
    if client.secret is not None:
        method = "client_secret_basic" if metadata.secret_in_header else "client_secret_post"
    uri, headers, body = ClientAuth(client.client_id, client.secret, method).prepare(
        "POST",
        metadata.token_endpoint,
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        urlencode(form),
    )
    return ask("POST", uri, headers=headers, body=body)
