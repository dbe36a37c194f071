"""People of the shop who want to come in here: their token is proven, then the shop is asked who they are now.

Saleor signs permissions of five minutes ago, and tokens of people who were deactivated since; only it knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from distribution.adapters.saleor.app.address import Address
from distribution.adapters.saleor.app.claims import Key, claims_of
from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.handshake import Clients
from distribution.adapters.saleor.app.staff import handed_over
from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused, SaleorUnreachable
from distribution.signing_in.vouched import Vouched

_ME = """
query Me { me { id email firstName lastName isActive isStaff isConfirmed userPermissions { code } } }
"""
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class ShopPerson:
    """Somebody the shop knows, with what they may do there."""

    vouched: Vouched
    is_staff: bool
    permissions: frozenset[str]


class NoLonger(Refused):
    """The shop signed the token, and does not let its bearer in any more."""

    def __init__(self, subject: str) -> None:
        super().__init__("inactive", "the shop no longer knows this login")
        self.subject = subject


def staff_member(
    token: str, *, app_id: str | None, shop: Address, key: Key, clients: Clients, now: datetime
) -> ShopPerson:
    """The staff member of a token for this app, or of their own access token.

    Raises Refused: `bad_token`, `not_permitted` for who is no staff, `inactive` (NoLonger), `unreachable`.
    """
    claims = claims_of(token, shop=shop, key=key, now=now)
    if claims.get("type") == "thirdparty":
        if app_id is None:
            raise Refused("not_installed", "the App is not installed there")
        claims = handed_over(token, app_id=app_id, shop=shop, key=key, now=now)
    elif claims.get("type") != "access":
        raise Refused("bad_token", "the token is not one to come in with")
    subject = _subject(claims)
    me = _me(clients, token, subject)
    permissions = _codes(me)
    if claims["type"] == "thirdparty":
        # To an app the shop shows no more than the app may do itself; what the person may do stands in the token.
        granted = claims.get("user_permissions")
        permissions = frozenset(map(str, granted)) if isinstance(granted, list) else permissions
    return ShopPerson(_vouched(shop, me), claims.get("is_staff") is True and bool(me["isStaff"]), permissions)


def customer(token: str, *, shop: Address, key: Key, clients: Clients, now: datetime) -> ShopPerson:
    """The customer of an access token of the storefront; raises Refused as above."""
    claims = claims_of(token, shop=shop, key=key, now=now)
    if claims.get("type") != "access":
        raise Refused("bad_token", "the token is not a customer's access token")
    me = _me(clients, token, _subject(claims))
    return ShopPerson(_vouched(shop, me), bool(me["isStaff"]), _codes(me))


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("user_id")
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST:
        raise Refused("bad_token", "the token names nobody")
    return subject


def _me(clients: Clients, token: str, subject: str) -> dict[str, Any]:
    try:
        with clients(token) as client:
            me = _asked(client)
    except SaleorRefused as error:
        raise NoLonger(subject) from error
    except SaleorUnreachable as error:
        raise Refused("unreachable", "the shop does not answer") from error
    if not me or not me.get("isActive") or me.get("id") != subject:
        raise NoLonger(subject)
    return me


def _asked(client: SaleorClient) -> dict[str, Any] | None:
    me: dict[str, Any] | None = client.execute(_ME, {}).data.get("me")
    return me


def _codes(me: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(each["code"]) for each in me.get("userPermissions") or ())


def _vouched(shop: Address, me: Mapping[str, Any]) -> Vouched:
    name = " ".join(f"{me.get('firstName') or ''} {me.get('lastName') or ''}".split())
    return Vouched(
        issuer=shop.api_url,
        subject=str(me["id"]),
        email=str(me["email"]),
        email_confirmed=me.get("isConfirmed") is True,
        name=name[:120],
    )
