"""There and back: to the provider with a challenge, and from its code to a person it vouches for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from distribution.adapters.openid.discovery import Known
from distribution.adapters.openid.errors import NotBelieved
from distribution.adapters.openid.http import ask
from distribution.adapters.openid.id_token import claims_of
from distribution.adapters.openid.redeem import Client, redeem
from distribution.signing_in.vouched import Vouched

SCOPE = "openid email profile"
_LONGEST_SUBJECT = 255
_LONGEST_EMAIL = 254


def address_of_login(known: Known, client: Client, *, state: str, nonce: str, verifier: str) -> str:
    """Where to send somebody who logs in at the provider; raises ProviderUnreachable."""
    metadata, _ = known.found()
    address: str = prepare_grant_uri(
        metadata.authorization_endpoint,
        client_id=client.client_id,
        response_type="code",
        redirect_uri=client.redirect_uri,
        scope=SCOPE,
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return address


def vouched_for(
    known: Known,
    client: Client,
    *,
    code: str,
    issuer_said: str | None,
    nonce: str,
    verifier: str,
    now: datetime,
) -> Vouched:
    """Redeem the code and say who it is.

    `issuer_said` is the `iss` beside the code, which keeps answers of two providers apart. Raises ProviderUnreachable,
    ProviderRefused, NotBelieved.
    """
    metadata, _ = known.found()
    if issuer_said != metadata.issuer and (issuer_said is not None or metadata.names_itself):
        raise NotBelieved("the answer is another provider's")
    tokens = redeem(metadata, client, code=code, verifier=verifier)
    access_token = tokens.get("access_token")
    access_token = access_token if isinstance(access_token, str) else None
    claims = claims_of(
        tokens.get("id_token"),
        known=known,
        client_id=client.client_id,
        nonce=nonce,
        access_token=access_token,
        now=now,
    )
    if "email" not in claims and metadata.userinfo_endpoint and access_token:
        claims = _with_userinfo(claims, metadata.userinfo_endpoint, access_token)
    return _vouched(metadata.issuer, claims)


def _with_userinfo(claims: dict[str, Any], address: str, access_token: str) -> dict[str, Any]:
    status, said = ask("GET", address, headers={"Authorization": f"Bearer {access_token}"})
    if status != 200 or said.get("sub") != claims["sub"]:
        raise NotBelieved("userinfo is not of the person of the id token")
    return {**said, **claims}


def _vouched(issuer: str, claims: dict[str, Any]) -> Vouched:
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT:
        raise NotBelieved("it names nobody")
    known_email = (
        email if isinstance(email, str) and len(email) <= _LONGEST_EMAIL and email.isprintable() else ""
    )
    name = claims.get("name")
    return Vouched(
        issuer=issuer,
        subject=subject,
        email=known_email,
        # Only the word true: some providers send "false" as a text.
        email_confirmed=bool(known_email) and claims.get("email_verified") is True,
        name=" ".join(name.split())[:120] if isinstance(name, str) and name.isprintable() else "",
    )
