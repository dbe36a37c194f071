"""One table from what went wrong to what HTTP and people are told."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from distribution.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound

log = logging.getLogger("portal")

STATUSES: dict[type[DomainError], int] = {
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    Forbidden: 403,
    DomainError: 400,
}

_TITLES = {
    400: lazy_gettext("That did not work"),
    403: lazy_gettext("Not allowed"),
    404: lazy_gettext("Nothing here"),
    405: lazy_gettext("That did not work"),
    409: lazy_gettext("Something changed in the meantime"),
    413: lazy_gettext("Too large"),
    422: lazy_gettext("Please check what you entered"),
    429: lazy_gettext("Too many attempts"),
    500: lazy_gettext("Our mistake"),
    503: lazy_gettext("Back in a moment"),
}
_TEXTS = {
    400: lazy_gettext("We could not understand the request. Go back, reload the page and try again."),
    403: lazy_gettext("Your account is not allowed to do this."),
    404: lazy_gettext("This page does not exist, or you do not have access to it."),
    405: lazy_gettext("We could not understand the request. Go back, reload the page and try again."),
    409: lazy_gettext("This has changed since you opened the page. Please reload it and look again."),
    413: lazy_gettext("What you sent is too large."),
    422: lazy_gettext("Something in your request is not right."),
    429: lazy_gettext("Wait a few minutes, then try again."),
    500: lazy_gettext("We have logged what happened and will look into it. Nothing is lost."),
    503: lazy_gettext(
        "Part of the service is not responding. Nothing is lost. Please try again in a minute."
    ),
}


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error: that of the nearest class in the table."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def install(app: Flask) -> None:
    """Answer every error in the reader's language, and machines in JSON."""

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> ResponseReturnValue:
        return _answer(status_of(error))

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> ResponseReturnValue:
        return _answer(400, gettext("The page was open for too long. Go back, reload it and try again."))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None or error.code is None or error.code < 400:
            return error.get_response()
        return _answer(error.code)

    @app.errorhandler(OperationalError)
    def database_error(error: OperationalError) -> ResponseReturnValue:
        log.error("database: %s", error.orig)
        return _answer(503)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        reference = secrets.token_hex(4)
        log.exception("unexpected error %s at %s %s", reference, request.method, request.path)
        return _answer(500, reference=reference)


def _answer(status: int, text: str | None = None, reference: str | None = None) -> ResponseReturnValue:
    title = _TITLES.get(status, _TITLES[400])
    words = text or _TEXTS.get(status, _TEXTS[400])
    if not request.accept_mimetypes.accept_html:
        return jsonify(title=str(title), status=status, reference=reference), status
    try:
        page = render_template("errors/error.html", title=title, text=words, reference=reference)
    # The page reads the program's name; with the database away, plain words must do.
    except OperationalError:
        return f"{title}. {words}", status, {"Content-Type": "text/plain; charset=utf-8"}
    return page, status
