"""A refusal: logged, counted, and said with one status for each reason."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import Response, jsonify, request

from distribution.adapters.saleor.app.errors import LATER, Refused
from portal.saleor_app.counts import REFUSED
from portal.security import address_of_client

_STATUSES: Mapping[str, int] = {
    "malformed": 400,
    "unsigned": 401,
    "unknown_key": 401,
    "bad_signature": 401,
    "bad_token": 401,
    "unknown_webhook": 404,
    "not_installed": 404,
    "stale": 409,
    "ahead": 409,
    "replay": 409,
    "too_large": 413,
    "too_many": 429,
    "keys_unavailable": 503,
    "unreachable": 503,
}
_LOG = logging.getLogger("portal.saleor_app")


def refuse(kind: str, refused: Refused) -> Response:
    """The answer to what was turned away; `kind` is one of `counts.KINDS`."""
    reason: str = refused.facts["reason"]
    REFUSED.labels(kind, reason).inc()
    # The sender chose these texts: repr keeps them on one line.
    _LOG.warning(
        "%s refused (%s): %s; it named %.100r, from %s",
        kind,
        reason,
        refused.message,
        request.headers.get("Saleor-Domain", ""),
        address_of_client(),
    )
    answer = jsonify(error={"code": reason, "message": refused.message})
    answer.status_code = _STATUSES.get(reason, 403)
    answer.headers["Cache-Control"] = "no-store"
    if reason in LATER:
        answer.headers["Retry-After"] = "30"
    return answer
