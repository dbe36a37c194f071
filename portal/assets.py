"""Style, script, icons and fonts: read once at start, named by their content, cached by browsers for ever.

There is no build step: the layers in `static/style` are joined in the order of their names.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request

STATIC = Path(__file__).with_name("static")
_PLACEHOLDER = re.compile(r"\{\{asset:([\w./-]+)\}\}")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

_PACKED_ALREADY = {"woff2", "png"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    address: str
    content_type: str
    body: bytes
    packed: bytes | None


class Assets:
    """Every asset by its plain name (`portal.css`) and by the address that carries its digest."""

    def __init__(self) -> None:
        self.by_name: dict[str, Asset] = {}
        self.by_address: dict[str, Asset] = {}
        for font in sorted((STATIC / "fonts").glob("*.woff2")):
            self._add(f"fonts/{font.name}", font.read_bytes())
        for picture in sorted((STATIC / "app").glob("*.png")):
            self._add(f"app/{picture.name}", picture.read_bytes())
        for name in ("icons.svg", "favicon.svg"):
            self._add(name, (STATIC / name).read_bytes())
        layers = sorted((STATIC / "style").glob("*.css"))
        self._add("portal.css", self._linked("\n".join(layer.read_text("utf-8") for layer in layers)))
        self._add("dark.css", (STATIC / "dark.css").read_bytes())
        for script in sorted((STATIC / "script").glob("*.js")):
            self._add(script.name, script.read_bytes())

    def url(self, name: str) -> str:
        """The address of an asset by its plain name."""
        return self.by_name[name].address

    def _linked(self, text: str) -> bytes:
        return _PLACEHOLDER.sub(lambda found: self.by_name[found[1]].address, text).encode()

    def _add(self, name: str, body: bytes) -> None:
        stem, suffix = name.rsplit(".", 1)
        digest = hashlib.sha256(body).hexdigest()[:10]
        packed = None if suffix in _PACKED_ALREADY else gzip.compress(body, 9, mtime=0)
        asset = Asset(f"/assets/{stem}.{digest}.{suffix}", _TYPES[f".{suffix}"], body, packed)
        self.by_name[name] = asset
        self.by_address[asset.address] = asset


def install(app: Flask) -> Assets:
    """Serve the assets under `/assets/` and give templates `asset(name)`."""
    assets = Assets()
    app.extensions["assets"] = assets
    blueprint = Blueprint("assets", __name__)

    @blueprint.get("/assets/<path:name>")
    def serve(name: str) -> Response:
        asset = assets.by_address.get(f"/assets/{name}")
        if asset is None:
            abort(404)
        packed = asset.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
        response = Response(packed or asset.body, content_type=asset.content_type)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    @blueprint.get("/favicon.ico")
    def favicon() -> Response:
        return Response(assets.by_name["favicon.svg"].body, content_type="image/svg+xml")

    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = assets.url
    return assets
