"""Who is logged in: distributors and the merchant's people share the machinery, never an identity.

An identity is `<kind>:<id>:<session version>`. Raising the version of a person ends all their sessions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from flask import Flask, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.database import unit


class Person(Protocol):
    """Somebody who can be logged in."""

    kind: str
    id: UUID
    session_version: int
    locale: str | None
    name: str

    @property
    def may_enter(self) -> bool:
        """Whether they may be logged in now."""


class Visitor:
    """Flask-Login's view of a person; attributes of the person are its own."""

    is_authenticated = True
    is_anonymous = False

    def __init__(self, person: Any) -> None:
        self.person = person

    @property
    def is_active(self) -> bool:
        """Whether they may be logged in now."""
        return bool(self.person.may_enter)

    def get_id(self) -> str:
        """The identity kept in the session."""
        return f"{self.person.kind}:{self.person.id}:{self.person.session_version}"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.person, name)


Reader = Callable[[Session, UUID], Any]
LoginPage = str
_readers: dict[str, tuple[Reader, LoginPage]] = {}


def register_kind(kind: str, reader: Reader, login_page: LoginPage) -> None:
    """Say how a kind of person is read from the database, and where they log in."""
    _readers[kind] = (reader, login_page)


def install(app: Flask) -> None:
    """Read the person of the session's cookie with each request that asks for them."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_load)


def _load(identity: str) -> Visitor | None:
    kind, _, rest = identity.partition(":")
    key, _, version = rest.partition(":")
    if kind not in _readers:
        return None
    try:
        person_id = UUID(key)
    except ValueError:
        return None
    with unit() as database:
        person = _readers[kind][0](database, person_id)
    if person is None or str(person.session_version) != version or not person.may_enter:
        return None
    return Visitor(person)


def enter(person: Any, *, remember: bool = False) -> None:
    """Log a person in with a fresh session: what was in the old one is gone, its identifier too."""
    session.clear()
    session.permanent = True
    session["since"] = datetime.now(UTC).isoformat()
    login_user(Visitor(person), remember=remember)


def leave() -> None:
    """Log out and forget the session."""
    logout_user()
    remembered = session.get("_remember")
    session.clear()
    # Flask-Login takes the long-lived cookie away at the end of the request only when the session says so.
    if remembered:
        session["_remember"] = remembered


def is_kind(kind: str) -> bool:
    """Whether the one who asks is logged in as that kind of person."""
    return bool(current_user.is_authenticated) and getattr(current_user, "kind", None) == kind


def to_login(kind: str) -> Response:
    """To the login page, and back to here afterwards."""
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(_readers[kind][1], next=target if target and target != "/" else None), 303)
