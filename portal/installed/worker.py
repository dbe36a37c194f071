"""The service worker as it is served: its source with the addresses of what it keeps."""

from __future__ import annotations

import hashlib
import json

from portal.assets import STATIC, Assets

SOURCE = STATIC / "service-worker.js"
OFFLINE = "/offline"
_KEPT = ("portal.css", "dark.css", "icons.svg", "favicon.svg", "fonts/inter-latin.woff2")


def worker(assets: Assets, offline_page: str) -> bytes:
    """The script; it changes, and so is installed anew, when anything that it keeps does."""
    kept = [OFFLINE, *(assets.url(name) for name in _KEPT)]
    version = hashlib.sha256("\n".join((*kept, offline_page)).encode()).hexdigest()[:10]
    icon = assets.url("app/icon-192.png")
    head = (
        f"const KEPT = {json.dumps(kept)};\nconst VERSION = {json.dumps(version)};\n"
        f"const ICON = {json.dumps(icon)};\n"
    )
    return (head + SOURCE.read_text("utf-8")).encode()
