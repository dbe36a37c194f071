"""The web app manifest: what a phone needs to put the portal on its home screen."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.assets import Assets
from portal.i18n import locale_tag

ICONS = (
    ("app/icon-192.png", "192x192", "any"),
    ("app/icon-512.png", "512x512", "any"),
    ("app/icon-maskable-512.png", "512x512", "maskable"),
)
LIGHT, DARK = "#ffffff", "#16191b"


def manifest(assets: Assets, *, name: str) -> dict[str, Any]:
    """The document in the language of the request."""
    return {
        "id": "/",
        "name": name,
        "short_name": name,
        "description": gettext("Share what you love, earn when your friends buy."),
        "lang": locale_tag(),
        "dir": "ltr",
        "start_url": "/?from=app",
        "scope": "/",
        "display": "standalone",
        "background_color": LIGHT,
        "theme_color": LIGHT,
        "categories": ["business", "finance", "shopping"],
        "icons": [
            {"src": assets.url(file), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in ICONS
        ],
        "shortcuts": [
            {"name": words, "url": url_for(endpoint)}
            for endpoint, words in (
                ("distributor.links", gettext("Links")),
                ("distributor.earnings", gettext("Earnings")),
                ("distributor.team", gettext("Team")),
            )
        ],
    }
