"""Links, codes and QR codes to share, a link to any page of the shop, and what saved links brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Response, abort, current_app, make_response, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.links import codes
from distribution.analytics.offer_earnings import offer_earnings
from distribution.analytics.regions import regions
from distribution.analytics.saved_links import LinkFigures, campaigns, saved_links
from distribution.promotion.errors import LinkTooLong
from distribution.promotion.link import join_link, referral_link
from portal.built_link import BuiltLink, to_page, to_saved
from portal.clock import now
from portal.countries import country_name
from portal.coupon import Coupon, checkout_path, coupon
from portal.database import program_settings, unit
from portal.picker import Picker, pick
from portal.promoting.pictures import why
from portal.security import policy_with_pictures
from portal.shop_address import read_address
from portal.shop_pages import page_name, shop_pages, unavailable
from portal.views.distributor.blueprint import blueprint, own_id, searched

_PERIOD = timedelta(days=30)
_FIGURES = timedelta(days=90)
_LISTED = 10
_TILES, _MOST_TILES = 6, 96


@dataclass(frozen=True, slots=True)
class Saving:
    """What was typed to save a link, and what is wrong with it by field."""

    tag: str = ""
    slug: str = ""
    problems: dict[str, str] = field(default_factory=dict)


@blueprint.get("/links", endpoint="links")
def page() -> Response:
    """A distributor's links; `page` in the address is what to build a link to, `link` the saved one to show,
    `q` what to look for in the shop, `tiles` how much of it."""
    return shown(wanted=request.args.get("page", "").strip(), saving=Saving(tag=_asked("tag")))


def shown(*, wanted: str, saving: Saving, status: int = 200) -> Response:
    """The page, with what is wrong with what was typed."""
    settings, program = current_app.extensions["settings"], program_settings()
    path, problem = read_address(wanted, settings.storefront_url) if wanted else ("", "")
    with unit() as session:
        found = codes(session, own_id(), since=now() - _PERIOD)
        share = next((code.code for code in found if code.kind == "link" and code.active), None)
        links = saved_links(session, own_id(), since=now() - _FIGURES)
        picker = pick(
            session,
            program,
            words=searched() or "",
            wanted_channel=_asked("channel"),
            reader_id=own_id(),
            most=_tiles(),
        )
        own_coupon = coupon(session, program, own_id(), channel=picker.channel if picker else None, now=now())
        built = None
        if share and not problem:
            built, path, problem = _built(share, path, links)
        saved = _saved(links)
        pages = shop_pages(session, program, [path, *(link.path for link in saved["links"])])
        earned = _earned(session, picker)
        sold = regions(session, own_id(), since=now() - _FIGURES)
    answer = render_template(
        "pages/links.html",
        coupon=own_coupon,
        to_checkout=_to_checkout(share, own_coupon, channel=picker.channel if picker else "", page=path),
        coupon_text=_coupon_text(own_coupon),
        picker=picker,
        tiles_more=min(4 * _tiles(), _MOST_TILES) if _tiles() < _MOST_TILES else None,
        earned=earned,
        codes=found,
        share=share,
        front=to_page(share, None) if share else None,
        join_url=join_link(settings.portal_url, share) if share else None,
        wanted=wanted,
        problem=problem,
        path=path,
        built=built,
        warning=unavailable(path, pages) if path else None,
        saving=saving,
        **saved,
        page_name=lambda of: page_name(of, pages),
        is_unavailable=lambda of: unavailable(of, pages) is not None,
        regions=sold,
        country_name=country_name,
        storefront_url=settings.storefront_url,
        share_text=gettext("Have a look at this shop, I like it:"),
        join_text=gettext("Share products you like and earn with me:"),
    )
    response = make_response(answer, status)
    if picker and picker.origins:
        response.headers["Content-Security-Policy"] = policy_with_pictures(picker.origins)
    return response


def _built(code: str, path: str, links: list[LinkFigures]) -> tuple[BuiltLink | None, str, str]:
    """The link to show, the page it leads to, and why there is none."""
    slug = _asked("link")
    if slug:
        saved = next((link for link in links if link.slug == slug), None)
        if saved is None:
            abort(404)
        return to_saved(code, slug, saved.path), saved.path, ""
    if not path:
        return None, "", ""
    try:
        return to_page(code, path), path, ""
    except LinkTooLong as error:
        return None, path, why(error)


def _to_checkout(share: str | None, own: Coupon | None, *, channel: str, page: str) -> str | None:
    """A link to a checkout with the page's product and the coupon in it, where the shop can fill one."""
    if share is None or own is None or not own.runs:
        return None
    filled = checkout_path(program_settings(), own.code, channel=channel, page=page)
    return referral_link(current_app.extensions["settings"].portal_url, share, filled) if filled else None


def _saved(links: list[LinkFigures]) -> dict[str, Any]:
    """What the page says of saved links: those it lists, how many more there are, and what each campaign brought."""
    listed, more = _listed(links)
    return {
        "links": listed,
        "links_more": more,
        "campaigns": campaigns(links),
        "put_away": sum(link.archived_at is not None for link in links),
    }


def _listed(links: list[LinkFigures]) -> tuple[list[LinkFigures], int]:
    """Those to list, and how many more there are."""
    if _asked("links") == "archived":
        return [link for link in links if link.archived_at is not None], 0
    in_use = [link for link in links if link.archived_at is None]
    if _asked("links") == "all":
        return in_use, 0
    return in_use[:_LISTED], max(0, len(in_use) - _LISTED)


def _earned(session: Session, picker: Picker | None) -> dict[str, int]:
    if picker is None:
        return {}
    offers = [tile.offer for tile in picker.tiles]
    return offer_earnings(session, offers, channel=picker.channel, reader_id=own_id(), now=now())


def _tiles() -> int:
    wanted = request.args.get("tiles", "")
    return min(max(int(wanted), _TILES), _MOST_TILES) if wanted.isdecimal() and len(wanted) < 4 else _TILES


def _asked(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "")[:200]


def _coupon_text(own: Coupon | None) -> str:
    """What goes with the link when the coupon is shared."""
    if own is None:
        return ""
    if not own.gives:
        return gettext("With my code %(code)s you pay less:", code=own.code)
    return gettext("With my code %(code)s: %(gives)s.", code=own.code, gives=own.gives)
