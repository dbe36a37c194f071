"""Coming in by a login elsewhere: handed over by the shop, or given by an OpenID provider."""

from __future__ import annotations

from flask import Flask

from portal.signing_in import connecting, entering, openid, ways
from portal.signing_in.blueprint import blueprint

__all__ = ["blueprint", "install"]

PARTS = (connecting, entering, openid)


def install(app: Flask) -> None:
    """Let login pages show what there is beside e-mail and password."""
    app.jinja_env.globals.update(ways_in=ways.ways, ways_to_connect=ways.to_connect, issuer_name=ways.name_of)
