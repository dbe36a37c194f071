"""The two small forms of every page: language, and light or dark."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response

from portal.i18n import THEMES, locale_names
from portal.security import cookie_flags
from portal.urls import local_target

blueprint = Blueprint("preferences", __name__)


@blueprint.post("/preferences/language")
def change_language() -> Response:
    """Remember a language in this browser."""
    back = redirect(local_target(request.form.get("next")), 303)
    return remember_language(back, request.form.get("language", ""))


@blueprint.post("/preferences/theme")
def change_theme() -> Response:
    """Remember light, dark, or what the system says."""
    return _remember(
        redirect(local_target(request.form.get("next")), 303), "theme", request.form.get("theme", ""), THEMES
    )


def remember_language(response: Response, locale: str) -> Response:
    """Set the cookie of a language, if it is one of ours."""
    return _remember(response, "language", locale, tuple(locale_names()))


def _remember(response: Response, name: str, value: str, allowed: tuple[str, ...]) -> Response:
    if value in allowed:
        response.set_cookie(name, value, **cookie_flags(current_app))
    return response
