"""What shoppers reach: QR codes of links."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request

from distribution.promotion.code import code_key
from distribution.promotion.codes import resolve
from distribution.promotion.errors import LinkTooLong
from distribution.promotion.link import LONGEST_LINK, saved_link, shared_link
from distribution.promotion.qr import png, svg
from distribution.promotion.saved.find import find_link
from distribution.promotion.saved.slug import is_slug
from portal.database import unit

blueprint = Blueprint("public", __name__)
_OURS = ("/r/", "/join/", "/d/")
_DAY_SECONDS = 24 * 3600


@blueprint.get("/r/<code>/qr.svg")
def qr_svg(code: str) -> Response:
    """The QR code of a link, to any size."""
    return _drawn(_link(code), "svg")


@blueprint.get("/r/<code>/qr.png")
def qr_png(code: str) -> Response:
    """The QR code of a link, for phones."""
    return _drawn(_link(code), "png")


@blueprint.get("/r/<code>/<slug>/qr.<any(png, svg):kind>")
def saved_qr(code: str, slug: str, kind: str) -> Response:
    """The QR code of a saved link: it holds the short one, however long the page's address is."""
    slug = slug.lower()
    if not is_slug(slug) or not code.isprintable():
        abort(404)
    with unit() as session:
        found = find_link(session, code, slug)
    if found is None:
        abort(404)
    return _drawn(saved_link(_portal_url(), found.code, found.slug), kind)


@blueprint.get("/qr.png")
def qr_of() -> Response:
    """The QR code of any address of ours that people share, and of none of others."""
    link = request.args.get("of", "")
    ours = tuple(f"{_portal_url()}{path}" for path in _OURS)
    if not link.startswith(ours) or len(link) > LONGEST_LINK or not link.isascii() or not link.isprintable():
        abort(404)
    return _drawn(link, "png")


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
    try:
        return shared_link(_portal_url(), found.code, page if page.startswith("/") else None)
    except LinkTooLong:
        abort(404)


def _portal_url() -> str:
    address: str = current_app.extensions["settings"].portal_url.rstrip("/")
    return address


def _drawn(link: str, kind: str) -> Response:
    if kind == "svg":
        response = Response(svg(link), content_type="image/svg+xml")
    else:
        response = Response(png(link, pixels_per_module=12), content_type="image/png")
    response.headers["Cache-Control"] = f"public, max-age={_DAY_SECONDS}"
    return response
