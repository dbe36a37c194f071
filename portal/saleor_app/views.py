"""What Saleor asks and tells us: no session, no cookie, no form; who it is, its address and its signature say."""

from __future__ import annotations

import json
import logging
from functools import cache
from importlib.metadata import version

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from distribution.adapters.saleor.app.delivery import LARGEST_BODY
from distribution.adapters.saleor.app.errors import Refused
from distribution.adapters.saleor.app.handshake import register
from distribution.adapters.saleor.app.intake import Envelope
from distribution.adapters.saleor.app.manifest import manifest
from portal import throttle
from portal.clock import now
from portal.database import program_settings
from portal.queue import poke
from portal.saleor_app.counts import TAKEN
from portal.saleor_app.installing import intake
from portal.saleor_app.refusing import refuse
from portal.security import address_of_client, csrf

LARGEST_HANDSHAKE = 4 * 1024
HANDSHAKES_A_MINUTE = 20
blueprint = Blueprint("intake", __name__)
_LOG = logging.getLogger("portal.saleor_app")


@blueprint.get("/manifest")
def show_manifest() -> Response:
    """Who we are and what we want to be told; no secret, anybody may read it."""
    keys = program_settings().metadata
    answer = jsonify(
        manifest(
            current_app.extensions["settings"].portal_url,
            version=_version(),
            keys=(keys.referral_code, keys.referral_click),
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/register")
@csrf.exempt
def take_token() -> Response:
    """Saleor hands over the App's token; the message of a refusal is shown to whoever installs."""
    try:
        if throttle.exceeded("saleor-register", address_of_client(), limit=HANDSHAKES_A_MINUTE, seconds=60):
            raise Refused("too_many", "too many attempts: try again in a minute")
        body = _body(LARGEST_HANDSHAKE)
        means = intake()
        register(
            means.engine,
            shop=means.shop,
            api_url=_header("Saleor-Api-Url"),
            domain=_header("Saleor-Domain"),
            token=_token(body),
            clients=means.clients,
            cipher=means.cipher,
            now=now(),
        )
    except Refused as refused:
        return refuse("installation", refused)
    _LOG.info("the App was installed at %s", means.shop.domain)
    return _answer(200)


@blueprint.post("/webhooks/<webhook>")
@csrf.exempt
def take_delivery(webhook: str) -> Response:
    """204 when it is in the inbox, on the disk; 4xx when it is refused; 503 when Saleor should try again."""
    try:
        envelope = Envelope(
            webhook=webhook,
            api_url=_header("Saleor-Api-Url"),
            domain=_header("Saleor-Domain"),
            signature=_header("Saleor-Signature"),
            body=_body(LARGEST_BODY),
        )
        delivery = intake().take(envelope, now=now())
    except Refused as refused:
        return refuse("delivery", refused)
    except SQLAlchemyError as error:
        _LOG.error(
            "a delivery waits, the database does not take it: %s", getattr(error, "orig", None) or error
        )
        return _answer(503)
    TAKEN.labels(delivery.event.name).inc()
    poke()
    return _answer(204)


def _body(largest: int) -> bytes:
    request.max_content_length = largest
    try:
        return request.get_data()
    except RequestEntityTooLarge as error:
        raise Refused("too_large", f"the body is larger than {largest} bytes") from error


def _token(body: bytes) -> object:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise Refused("malformed", "the body is no JSON") from error
    return document.get("auth_token") if isinstance(document, dict) else None


def _header(name: str) -> str:
    return request.headers.get(name, "")


def _answer(status: int) -> Response:
    response = Response(status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def _version() -> str:
    return version("saleor-distribution")
