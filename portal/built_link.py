"""One link to share, with the addresses of its QR code: to a page of the shop, or one that was saved."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for

from distribution.promotion.link import saved_link, shared_link


@dataclass(frozen=True, slots=True)
class BuiltLink:
    """`picture` is a PNG, which phones can keep; `slug` is set for a saved link."""

    link: str
    path: str
    picture: str
    drawing: str
    look: str
    slug: str | None = None


def to_page(code: str, path: str | None) -> BuiltLink:
    """A link to any page of the shop, None for its front page; raises LinkTooLong."""
    link = shared_link(_portal_url(), code, path)
    return BuiltLink(
        link,
        path or "/",
        url_for("public.qr_png", code=code, to=path),
        url_for("public.qr_svg", code=code, to=path),
        url_for("distributor.code_look", to=path),
    )


def to_saved(code: str, slug: str, path: str) -> BuiltLink:
    """A saved link, however long the page's own address is."""
    return BuiltLink(
        saved_link(_portal_url(), code, slug),
        path,
        url_for("public.saved_qr", code=code, slug=slug, kind="png"),
        url_for("public.saved_qr", code=code, slug=slug, kind="svg"),
        url_for("distributor.code_look", link=slug),
        slug,
    )


def _portal_url() -> str:
    address: str = current_app.extensions["settings"].portal_url
    return address
