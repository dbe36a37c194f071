"""What Saleor reads before it installs us: who we are, what we may do, and what we want to be told."""

from __future__ import annotations

from typing import Any

from distribution.adapters.saleor.app.events import WEBHOOKS, events_of, subscription

APP_ID = "distribution"
"""Our identifier: a Saleor has one app of it at a time."""
NEEDED = ("MANAGE_ORDERS", "MANAGE_CHECKOUTS")
"""Without these there is nothing to be told of."""
PERMISSIONS = (*NEEDED, "MANAGE_DISCOUNTS")
ABOUT = (
    "Referral links and three levels of commission. Is told which orders changed, and writes nothing in "
    "the shop but the codes of a voucher you name."
)
REQUIRED_SALEOR = ">=3.21 <4"


def manifest(portal_url: str, *, version: str, keys: tuple[str, str]) -> dict[str, Any]:
    """The manifest of the App served at this portal; `keys` are the metadata keys of referral code and click."""
    return {
        "id": APP_ID,
        "name": "Distribution",
        "version": version,
        "requiredSaleorVersion": REQUIRED_SALEOR,
        "about": ABOUT,
        "permissions": list(PERMISSIONS),
        "appUrl": f"{portal_url}/saleor/app",
        "tokenTargetUrl": f"{portal_url}/saleor/register",
        "extensions": [
            {
                "label": "Commission",
                "mount": "ORDER_DETAILS_MORE_ACTIONS",
                "target": "POPUP",
                "permissions": ["MANAGE_ORDERS"],
                "url": f"{portal_url}/saleor/app",
            }
        ],
        "webhooks": [
            {
                "name": webhook.capitalize(),
                "targetUrl": f"{portal_url}/saleor/webhooks/{webhook}",
                "asyncEvents": [event.name for event in events_of(webhook)],
                "query": subscription(webhook, keys=keys),
                "isActive": True,
            }
            for webhook in WEBHOOKS
        ],
    }
