"""What storefronts load: the referral script, with the program's own settings written into it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import OperationalError

from distribution.settings.document import ProgramSettings
from portal.assets import STATIC
from portal.database import program_settings

blueprint = Blueprint("storefront", __name__)
_SOURCE = (STATIC / "referral.js").read_text("utf-8")
_PROGRAM = re.compile(r"(?<=const program = ){.*?}(?=;)")
_WITHOUT_END_DAYS = 3650
_FRESH = "public, max-age=86400, stale-while-revalidate=604800"
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_MINUTE = "public, max-age=60"
_LAST_TOLD = "storefront_script_told"


@dataclass(frozen=True, slots=True)
class Script:
    """The script as it is served."""

    body: bytes
    packed: bytes
    digest: str


@blueprint.get("/referral.js")
def referral_script() -> Response:
    """The script; with `?v=` and its digest it may be kept for ever."""
    try:
        told = current_app.extensions[_LAST_TOLD] = _told(program_settings())
        lasting = _FRESH
    except OperationalError:
        # Shops go on without our database: with what was true last, or with what holds unless chosen.
        told = current_app.extensions.get(_LAST_TOLD) or _told(ProgramSettings())
        lasting = _FOR_A_MINUTE
    script = _script(told)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(
        script.packed if packed else script.body, content_type="text/javascript; charset=utf-8"
    )
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = _FOR_EVER if request.args.get("v") == script.digest else lasting
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    # Weak, since it stands for both the packed and the plain text.
    response.set_etag(script.digest, weak=True)
    response.make_conditional(request)
    return response


def _told(settings: ProgramSettings) -> str:
    """What the script says by itself where its tag says nothing else."""
    return json.dumps(
        {
            "days": settings.attribution.window_days or _WITHOUT_END_DAYS,
            "touch": settings.attribution.touch,
            "code_key": settings.metadata.referral_code,
            "click_key": settings.metadata.referral_click,
        }
    )


@lru_cache(maxsize=4)
def _script(told: str) -> Script:
    body = _PROGRAM.sub(lambda _: told, _SOURCE, count=1).encode()
    return Script(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16])
