"""What payout providers report of themselves: proved by their signatures, with no session, no cookie and no form."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from distribution.withdrawal.errors import ForgedNotice
from distribution.withdrawal.notice import heed
from portal import throttle
from portal.clock import now
from portal.database import unit
from portal.payouts import adapters
from portal.security import address_of_client, csrf

LARGEST_BYTES = 256 * 1024
MOST_A_MINUTE = 600
blueprint = Blueprint("webhooks", __name__)
_LOG = logging.getLogger("portal.webhooks")


@blueprint.post("/webhooks/payouts/<method>")
@csrf.exempt
def payout(method: str) -> Response:
    """204 for what is authentic, heard or not about us; 401 for what is not; 429 and 503 to be told again later."""
    request.max_content_length = LARGEST_BYTES
    adapter = adapters().get(method)
    if adapter is None:
        return _answer(404)
    # Looking at a signature may mean asking the provider: a stranger must not make us do that without end.
    if throttle.exceeded("webhook", address_of_client(), limit=MOST_A_MINUTE, seconds=60):
        return _answer(429)
    body = request.get_data()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        notice = adapter.webhook(headers, body)
    except ForgedNotice as forged:
        _LOG.warning("webhook of %s turned away: %s", method, forged)
        return _answer(401)
    except Exception:
        # What it means cannot be told now, or not by this version: the provider will say it again, and polls go on.
        _LOG.exception("webhook of %s could not be read", method)
        return _answer(503)
    if notice.key is not None:
        with unit() as session:
            heed(session, notice, method=method, now=now())
    return _answer(204)


def _answer(status: int) -> Response:
    response = Response(status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
