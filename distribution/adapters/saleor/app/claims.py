"""A token of the shop, read only after its signature, its issuer and its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import jwt
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from distribution.adapters.saleor.app.address import Address, address
from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.keyring import ALGORITHM
from distribution.adapters.saleor.app.signature import LONGEST_SIGNATURE

Key = Callable[[str], PyJWK]


def claims_of(token: str, *, shop: Address, key: Key, now: datetime) -> dict[str, Any]:
    """What the token says; raises Refused when the shop did not sign it, it is another shop's, or over."""
    claims = _signed(token, key)
    issuer = address(str(claims.get("iss")))
    if issuer is None or issuer.api_url != shop.api_url:
        raise Refused("bad_token", "the token is not of this shop")
    expires = claims.get("exp")
    if isinstance(expires, bool) or not isinstance(expires, int | float) or expires <= now.timestamp():
        raise Refused("bad_token", "the token has expired")
    return claims


def _signed(token: str, key: Key) -> dict[str, Any]:
    if not 1 <= len(token) <= 4 * LONGEST_SIGNATURE or not token.isascii():
        raise Refused("bad_token", "there is no token")
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        if not isinstance(key_id, str):
            raise Refused("bad_token", "the token is not one of Saleor's")
        found = key(key_id)
        # The time is checked by the caller's clock; whose it is, by what it says of issuer and app.
        return jwt.decode(
            token,
            found,
            algorithms=[ALGORITHM],
            options={"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False},
        )
    except PyJWTError as error:
        raise Refused("bad_token", "the token is not signed by the shop") from error
