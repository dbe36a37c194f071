"""Links, codes and QR codes to share, and a link to any page of the shop."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, request
from flask_babel import gettext

from distribution.analytics.links import codes
from distribution.promotion.link import join_link, referral_link
from portal.clock import now
from portal.coupon import Coupon, checkout_path, coupon
from portal.database import program_settings, unit
from portal.picker import pick
from portal.security import policy_with_pictures
from portal.views.distributor.blueprint import blueprint, own_id, searched

_PERIOD = timedelta(days=30)
_LONGEST = 1000


@blueprint.get("/links", endpoint="links")
def page() -> Response:
    """A distributor's links; `page` in the address is what to build a link to, `q` what to look for in the shop."""
    settings = current_app.extensions["settings"]
    with unit() as session:
        found = codes(session, own_id(), since=now() - _PERIOD)
        picker = pick(
            session,
            program_settings(),
            words=searched() or "",
            wanted_channel=request.args.get("channel", ""),
        )
        own_coupon = coupon(
            session, program_settings(), own_id(), channel=picker.channel if picker else None, now=now()
        )
    share = next((code for code in found if code.kind == "link" and code.active), None)
    wanted = request.args.get("page", "").strip()[:_LONGEST]
    path, problem = _path(wanted, settings.storefront_url) if wanted else ("", "")
    to_checkout = None
    if share and own_coupon and own_coupon.runs:
        channel = picker.channel if picker else ""
        filled = checkout_path(program_settings(), own_coupon.code, channel=channel, page=path)
        to_checkout = referral_link(settings.portal_url, share.code, filled) if filled else None
    answer = render_template(
        "pages/links.html",
        coupon=own_coupon,
        to_checkout=to_checkout,
        coupon_text=_coupon_text(own_coupon),
        picker=picker,
        codes=found,
        share=share,
        link=referral_link(settings.portal_url, share.code) if share else None,
        join_url=join_link(settings.portal_url, share.code) if share else None,
        wanted=wanted,
        problem=problem,
        path=path,
        built=referral_link(settings.portal_url, share.code, path) if share and path else None,
        storefront_url=settings.storefront_url,
        share_text=gettext("Have a look at this shop, I like it:"),
        join_text=gettext("Share products you like and earn with me:"),
    )
    response = make_response(answer)
    if picker and picker.origins:
        response.headers["Content-Security-Policy"] = policy_with_pictures(picker.origins)
    return response


def _coupon_text(own: Coupon | None) -> str:
    """What goes with the link when the coupon is shared."""
    if own is None:
        return ""
    if not own.gives:
        return gettext("With my code %(code)s you pay less:", code=own.code)
    return gettext("With my code %(code)s: %(gives)s.", code=own.code, gives=own.gives)


def _path(wanted: str, storefront_url: str) -> tuple[str, str]:
    """The storefront's path for what was pasted, or what is wrong with it."""
    shop, given = urlsplit(storefront_url), urlsplit(wanted)
    if given.scheme or given.netloc:
        if given.netloc.lower() != shop.netloc.lower() or given.scheme not in {"http", "https"}:
            return "", gettext(
                "This address is not in the shop. It must begin with %(shop)s.", shop=storefront_url
            )
        path = given.path.removeprefix(shop.path.rstrip("/")) or "/"
    else:
        path = given.path if given.path.startswith("/") else f"/{given.path}"
    if not path.isprintable() or path.startswith("//") or "\\" in path:
        return "", gettext("This is no page of the shop.")
    return path + (f"?{given.query}" if given.query else ""), ""
