"""What shoppers reach: QR codes of links."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request

from distribution.promotion.code import code_key
from distribution.promotion.codes import resolve
from distribution.promotion.link import referral_link
from distribution.promotion.qr import png, svg
from portal.database import unit

blueprint = Blueprint("public", __name__)
_LONGEST_PAGE = 600
_DAY_SECONDS = 24 * 3600


@blueprint.get("/r/<code>/qr.svg")
def qr_svg(code: str) -> Response:
    """The QR code of a link, to any size."""
    return _kept(Response(svg(_link(code)), content_type="image/svg+xml"))


@blueprint.get("/r/<code>/qr.png")
def qr_png(code: str) -> Response:
    """The QR code of a link, for phones."""
    return _kept(Response(png(_link(code), pixels_per_module=12), content_type="image/png"))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Search engines may know the door, not the house."""
    return Response(
        "User-agent: *\nDisallow: /r/\nDisallow: /console\nDisallow: /api\n", content_type="text/plain"
    )


def _link(code: str) -> str:
    with unit() as session:
        found = resolve(session, [code]).get(code_key(code))
    if found is None or found.kind != "link":
        abort(404)
    page = request.args.get("to", "")
    if len(page) > _LONGEST_PAGE:
        abort(404)
    return referral_link(
        current_app.extensions["settings"].portal_url, found.code, page if page.startswith("/") else None
    )


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={_DAY_SECONDS}"
    return response
