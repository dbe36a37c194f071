"""The link at the end of a mail: no login, one button; mailboxes press it for the reader (RFC 8058)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from distribution.notice.choices import choose
from distribution.notice.kinds import EMAIL
from distribution.notice.unsubscribe import read
from distribution.notice.words import LANGUAGES
from portal.database import unit
from portal.i18n import current_locale
from portal.security import csrf

blueprint = Blueprint("unsubscribe", __name__)


@blueprint.get("/unsubscribe/<token>")
def ask(token: str) -> str:
    """Say what ends, and ask: a mail program that only looks at links ends nothing."""
    return _page(token, done=False)


@blueprint.post("/unsubscribe/<token>")
@csrf.exempt
def end(token: str) -> ResponseReturnValue:
    """No more mails of this topic; the signed link is the permission, from wherever it comes."""
    person_id, topic = _read(token)
    with unit() as session:
        choose(session, person_id, {(EMAIL, topic): False})
    return _page(token, done=True)


def _page(token: str, *, done: bool) -> str:
    _, topic = _read(token)
    name, about = LANGUAGES[str(current_locale())].topics[topic]
    return render_template("pages/unsubscribe.html", topic=name, about=about, done=done)


def _read(token: str) -> tuple[UUID, str]:
    found = read(current_app.extensions["settings"].secret_key, token)
    if found is None:
        abort(404)
    return found
