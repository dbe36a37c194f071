"""The rules for everybody, beside the distributor agreement and the privacy notice in their versions."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from distribution.promotion.code import code_key
from distribution.promotion.codes import resolve
from distribution.settings import program
from portal.clock import now
from portal.database import program_settings, unit
from portal.rules.page import rules_words

blueprint = Blueprint("rules", __name__)


@blueprint.get("/rules")
def rules() -> str:
    """What anybody earns; `join` in the address is the code of whoever invites."""
    with unit() as session:
        words = rules_words(session, program_settings(), now=now())
        invited = _known_code(session, request.args.get("join", ""))
    return render_template(
        "pages/rules_public.html", rules=words, program=program_settings(), invited=invited
    )


@blueprint.get("/terms")
def terms() -> str:
    """The program terms in force."""
    settings = program_settings()
    return _document("terms", settings.terms_version, settings.terms_text)


@blueprint.get("/terms/<version>")
def terms_version(version: str) -> str:
    """The terms as they stood in a version: somebody accepted it."""
    return _document("terms", version, _kept(program.terms_of, version))


@blueprint.get("/privacy")
def privacy() -> str:
    """The privacy notice in force."""
    settings = program_settings()
    return _document("privacy", settings.privacy_version, settings.privacy_text)


@blueprint.get("/privacy/<version>")
def privacy_version(version: str) -> str:
    """The privacy notice as it stood in a version."""
    return _document("privacy", version, _kept(program.privacy_of, version))


def _document(name: str, version: str, text: str) -> str:
    current = getattr(program_settings(), f"{name}_version")
    return render_template(
        f"pages/{name}.html",
        program=program_settings(),
        version=version,
        text=text,
        current=version == current,
    )


def _kept(read: Callable[[Session, str], str | None], version: str) -> str:
    with unit() as session:
        found = read(session, version)
    if found is None:
        abort(404)
    return found


def _known_code(session: Session, code: str) -> str | None:
    found = resolve(session, [code]).get(code_key(code)) if 0 < len(code) <= 255 else None
    return found.code if found is not None and found.active else None
