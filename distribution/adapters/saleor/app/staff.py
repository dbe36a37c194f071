"""Who looks at our page in Saleor's dashboard: the short-lived token the dashboard hands to an App says it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from distribution.adapters.saleor.app.address import Address
from distribution.adapters.saleor.app.claims import Key, claims_of
from distribution.adapters.saleor.app.errors import Refused

NEEDED = "MANAGE_ORDERS"


def check_staff(token: str, *, app_id: str, shop: Address, key: Key, now: datetime) -> None:
    """Return when the shop made this token for this app, lately, for somebody who may manage orders; raises Refused."""
    claims = handed_over(token, app_id=app_id, shop=shop, key=key, now=now)
    permissions = claims.get("permissions")
    if claims.get("type") != "thirdparty" or not isinstance(permissions, list) or NEEDED not in permissions:
        raise Refused("not_permitted", f"this needs {NEEDED}")


def handed_over(token: str, *, app_id: str, shop: Address, key: Key, now: datetime) -> dict[str, Any]:
    """What the token says that the dashboard hands to this app and to no other; raises Refused."""
    claims = claims_of(token, shop=shop, key=key, now=now)
    if claims.get("app") != app_id:
        raise Refused("bad_token", "the token is not for this app of this shop")
    return claims
