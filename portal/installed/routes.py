"""Where a browser finds the manifest, the service worker and the page it shows without a network."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, render_template
from flask_babel import force_locale

from portal.assets import Assets
from portal.database import program_settings
from portal.i18n import locale_names
from portal.installed.manifest import manifest
from portal.installed.worker import OFFLINE, worker

blueprint = Blueprint("installed", __name__)


@blueprint.get("/manifest.webmanifest")
def describe() -> Response:
    """The manifest; its language is that of the browser that asks."""
    document = manifest(_assets(), name=program_settings().program_name)
    response = Response(
        json.dumps(document, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8"
    )
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.get("/service-worker.js")
def service_worker() -> Response:
    """One file for the whole origin; browsers compare it byte by byte."""
    response = Response(worker(_assets(), _offline_page()), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@blueprint.get(OFFLINE)
def offline() -> Response:
    """The page without a network, the same for everybody: in every language, without a name."""
    response = Response(_offline_page(), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _offline_page() -> str:
    languages = []
    for locale in locale_names():
        with force_locale(locale):
            languages.append(render_template("installed/words.html"))
    return render_template("installed/offline.html", languages=languages)


def _assets() -> Assets:
    found: Assets = current_app.extensions["assets"]
    return found
