"""Our page inside Saleor's dashboard: an order's commission, for staff the shop itself vouches for.

The page that is framed holds nothing; what is asked for with the dashboard's token comes in a second request. So
whoever else puts us in a frame sees an empty page.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request

from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.mapper import SOURCE
from distribution.analytics.console_order import order_page
from distribution.analytics.explanation.names import known_names
from distribution.analytics.order_by_shop_id import order_by_shop_id
from distribution.notice.words import language_of
from portal.clock import now
from portal.database import program_settings, unit
from portal.explaining.names import Names
from portal.explaining.order import told_order
from portal.i18n import THEMES
from portal.saleor_app.installing import intake
from portal.saleor_app.refusing import refuse
from portal.security import POLICY

# A browser that knows `frame-ancestors` does not look at X-Frame-Options.
_FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
_BEARER = "Bearer "
blueprint = Blueprint("dashboard", __name__)


@blueprint.before_request
def speak_as_the_dashboard() -> None:
    """In the language its reader has chosen there."""
    wanted = request.args.get("locale", "")
    if wanted:
        g.locale = language_of(wanted)


@blueprint.get("/app")
def frame() -> Response:
    """The empty page; its script waits for the dashboard's token."""
    theme = request.args.get("theme", "")
    answer = make_response(
        render_template(
            "console/saleor_app.html",
            order_id=request.args.get("orderId", ""),
            theme=theme if theme in THEMES else "system",
            staff_may_enter=program_settings().sign_in.saleor.staff,
        )
    )
    answer.headers["Content-Security-Policy"] = _FRAMED
    return answer


@blueprint.get("/app/commission")
def commission() -> Response:
    """What an order earns whom; 404 while it was not recorded."""
    authorization = request.headers.get("Authorization", "")
    try:
        if not authorization.startswith(_BEARER):
            raise Refused("bad_token", "there is no token")
        intake().check_staff(authorization.removeprefix(_BEARER), now=now())
    except Refused as refused:
        return refuse("page", refused)
    with unit() as session:
        order_id = order_by_shop_id(session, SOURCE, request.args.get("order", ""))
        if order_id is None:
            return Response(status=404)
        facts = order_page(session, order_id)
        told = None
        if facts.explanation is not None:
            people = [each.person.id for each in facts.explanation.travelled.positions]
            levels = [level for line in facts.explanation.lines for level in line.levels]
            names = Names(known_names(session, levels, people))
            told = told_order(facts.explanation, facts.placed_at, names)
    return make_response(render_template("console/saleor_order.html", facts=facts, told=told))
