"""Who looks at our page in Saleor's dashboard: the short-lived token the dashboard hands to an App says it."""

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

NEEDED = "MANAGE_ORDERS"


def check_staff(
    token: str, *, app_id: str, shop: Address, key: Callable[[str], PyJWK], now: datetime
) -> None:
    """Return when the shop made this token for this app, lately, for somebody who may manage orders; raises Refused."""
    claims = _claims(token, key)
    issuer = address(str(claims.get("iss")))
    if issuer is None or issuer.api_url != shop.api_url or claims.get("app") != app_id:
        raise Refused("bad_token", "the token is not for this app of this shop")
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or expires <= now.timestamp():
        raise Refused("bad_token", "the token has expired")
    permissions = claims.get("permissions")
    if claims.get("type") != "thirdparty" or not isinstance(permissions, list) or NEEDED not in permissions:
        raise Refused("not_permitted", f"this needs {NEEDED}")


def _claims(token: str, key: Callable[[str], PyJWK]) -> dict[str, Any]:
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
