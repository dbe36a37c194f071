"""The shop's people are handed over: a token of theirs for a link that lets its bearer in here, once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.people import NoLonger, ShopPerson
from distribution.signing_in import staff
from distribution.signing_in.roles import role_of
from portal import throttle
from portal.clock import now
from portal.console.merchants import AREA as CONSOLE
from portal.database import program_settings, unit
from portal.distributors import AREA as PORTAL
from portal.saleor_app.installing import intake
from portal.saleor_app.refusing import refuse
from portal.security import address_of_client, csrf
from portal.signing_in.codes import ENTER, Arrival, hand_over
from portal.urls import local_target

blueprint = Blueprint("handing_over", __name__, url_prefix="/sign-in")
_BEARER = "Bearer "
_LARGEST = 4 * 1024
_LONGEST_CODE = 255
_MINUTES_SECONDS = 300
# Storefronts ask for all their customers from one address.
_A_STOREFRONTS = 600
_ONE_PERSONS = 20


@blueprint.post("/staff")
@csrf.exempt
def hand_over_staff() -> Response:
    """A link into the console for the staff member whose token it is."""
    try:
        rules = program_settings().sign_in.saleor
        if not rules.staff:
            raise Refused("switched_off", "staff do not sign in with the shop's login here")
        person = _staff_member(_token())
        role = role_of(person.permissions, rules.roles) if person.is_staff else None
        if role is None:
            _end(person.vouched.subject, "no permission of the shop gives a role")
            raise Refused("not_permitted", "your permissions in the shop give you no role in the console")
        one = Arrival(CONSOLE.kind, person.vouched, _target(url_for(CONSOLE.home)), role=role)
        return _handed_over(one)
    except Refused as refused:
        return refuse("sign_in", refused)


@blueprint.post("/customer", provide_automatic_options=False)
@csrf.exempt
def hand_over_customer() -> Response:
    """A link into the portal for the customer whose token it is."""
    try:
        rules = program_settings().sign_in.saleor
        if not rules.customers:
            raise Refused("switched_off", "customers do not come in with the shop's login here")
        person = intake().customer(_token(), now=now())
        code = _body().get("code")
        one = Arrival(
            PORTAL.kind,
            person.vouched if rules.customers_confirmed else person.vouched.unconfirmed(),
            _target(url_for(PORTAL.home)),
            invited_by=code if isinstance(code, str) and 0 < len(code) <= _LONGEST_CODE else None,
        )
        return _open_to_pages(_handed_over(one))
    except Refused as refused:
        return _open_to_pages(refuse("sign_in", refused))


@blueprint.route("/customer", methods=["OPTIONS"])
def may_pages_ask() -> Response:
    """Pages of any origin may: nothing but the token they send says who asks."""
    answer = _open_to_pages(Response(status=204))
    answer.headers["Access-Control-Allow-Methods"] = "POST"
    answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


def _staff_member(token: str) -> ShopPerson:
    try:
        return intake().staff_member(token, now=now())
    except NoLonger as error:
        _end(error.subject, "the shop no longer knows this login")
        raise


def _end(subject: str, reason: str) -> None:
    with unit() as session:
        staff.refuse(session, issuer=intake().shop.api_url, subject=subject, reason=reason, now=now())


def _handed_over(one: Arrival) -> Response:
    if throttle.exceeded("hand-over", one.vouched.subject, limit=_ONE_PERSONS, seconds=_MINUTES_SECONDS):
        raise Refused("too_many", "too many sign-ins of this person: try again in a few minutes")
    portal_url = current_app.extensions["settings"].portal_url
    address = url_for("signing_in.enter_page", code=hand_over(ENTER, one))
    answer = jsonify(url=f"{portal_url}{address}", expires_in=int(ENTER.lasts.total_seconds()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _token() -> str:
    if throttle.exceeded(
        "hand-over-address", address_of_client(), limit=_A_STOREFRONTS, seconds=_MINUTES_SECONDS
    ):
        raise Refused("too_many", "too many sign-ins from this address: try again in a few minutes")
    authorization = request.headers.get("Authorization", "")
    if not authorization.startswith(_BEARER):
        raise Refused("bad_token", "there is no token")
    return authorization.removeprefix(_BEARER)


def _target(home: str) -> str:
    wanted = _body().get("to")
    return local_target(wanted if isinstance(wanted, str) else None, home)


def _body() -> dict[str, Any]:
    if (request.content_length or 0) > _LARGEST:
        raise Refused("too_large", f"the body is larger than {_LARGEST} bytes")
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _open_to_pages(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
