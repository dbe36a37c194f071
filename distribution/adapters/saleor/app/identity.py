"""Asks a Saleor whose token this is: the shop says it, not who sent the token."""

from __future__ import annotations

from dataclasses import dataclass

from distribution.adapters.saleor.client import SaleorClient
from distribution.adapters.saleor.errors import SaleorRefused

_QUERY = "query Whose { app { id identifier isActive permissions { code } } shop { version } }"


@dataclass(frozen=True, slots=True)
class Identity:
    """The app a token belongs to, and the version of its Saleor."""

    app_id: str
    identifier: str
    permissions: frozenset[str]
    saleor_version: str


def whose(client: SaleorClient) -> Identity | None:
    """The active app behind the client's token, or None when the shop knows none; raises SaleorUnreachable."""
    try:
        data = client.execute(_QUERY, {}).data
    except SaleorRefused:
        return None
    app = data.get("app")
    if not app or not app.get("isActive"):
        return None
    return Identity(
        app_id=str(app["id"]),
        identifier=str(app.get("identifier") or ""),
        permissions=frozenset(each["code"] for each in app.get("permissions") or ()),
        saleor_version=str((data.get("shop") or {}).get("version") or ""),
    )
