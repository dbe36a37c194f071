"""An id token: who signed it, for whom, in answer to what, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from distribution.adapters.openid.discovery import Known, Metadata
from distribution.adapters.openid.errors import NotBelieved

LEEWAY_SECONDS = 60
_LONGEST = 32 * 1024


def claims_of(
    token: object, *, known: Known, client_id: str, nonce: str, access_token: str | None, now: datetime
) -> dict[str, Any]:
    """What the id token says; raises NotBelieved unless it is the provider's, for us, for this login, and fresh."""
    if not isinstance(token, str) or not token.isascii() or len(token) > _LONGEST:
        raise NotBelieved("there is no id token")
    metadata, keys = known.found()
    try:
        try:
            signed = _signed(token, metadata, keys)
        except InvalidKeyIdError:
            # The provider may have a new key since we asked.
            signed = _signed(token, *known.found(afresh=True))
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {
                "iss": {"essential": True, "value": metadata.issuer},
                "aud": {"essential": True, "value": client_id},
            },
            {"client_id": client_id, "nonce": nonce, "access_token": access_token},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotBelieved(f"id token: {type(error).__name__} {error}"[:200]) from error
    return dict(claims)


def _signed(token: str, metadata: Metadata, keys: KeySet) -> jwt.Token:
    registry = JWSRegistry(algorithms=list(metadata.algorithms), strict_check_header=False)
    return jwt.decode(token, keys, registry=registry)
