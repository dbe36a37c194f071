"""Around every act: who, when, one unit of work, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from distribution.errors import DomainError, NotFound
from portal.clock import now
from portal.console.refusals import told
from portal.database import unit

Answer = TypeVar("Answer")
__all__ = ["acted", "actor", "each", "now", "put_errors", "said"]


def actor() -> str:
    """Who acts, as the audit log names them."""
    return f"merchant:{current_user.id}"


def acted(verb: Callable[[Session], Any], *, done: str, then: str) -> Response:
    """Carry out one verb in one transaction and go on to `then`, with `done` said there, or why it was refused."""
    try:
        with unit() as session:
            verb(session)
    except NotFound:
        raise
    except DomainError as error:
        flash(told(error), "bad")
    else:
        flash(done, "good")
    return redirect(then, 303)


def each(ids: list[Answer], verb: Callable[[Session, Answer], Any]) -> tuple[int, list[str]]:
    """Carry out a verb for each of the chosen, each in its own transaction: how many went, and why others did not."""
    refused = []
    for one in ids:
        try:
            with unit() as session:
                verb(session, one)
        except DomainError as error:
            refused.append(told(error))
    return len(ids) - len(refused), refused


def said(count: int, refused: list[str], done: str, then: str) -> Response:
    """What a bulk act came to, said on the page it returns to."""
    if count:
        flash(done, "good")
    for words in dict.fromkeys(refused):
        flash(words, "bad")
    return redirect(then, 303)


def put_errors(form: FlaskForm, error: DomainError, fields: dict[str, str] | None = None) -> None:
    """Put what a verb refused beside the field it names; without such a field it is said on top of the page.

    `fields` maps names the verb uses to those of the form.
    """
    for problem in error.facts.get("errors") or [{"field": error.field, "message": None}]:
        name = (fields or {}).get(problem["field"] or "", problem["field"] or "")
        words = problem["message"] or told(error)
        if name in form:
            form[name].errors = [*form[name].errors, words]
        else:
            flash(words, "bad")
