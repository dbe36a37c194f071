"""Who is logged in: distributors and the merchant's people share the machinery, never an identity.

The cookie names a kind and a token; the session itself is a row of the database. It ends with that row, and with the
session version of the person: raising it ends all their sessions.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from flask import Flask, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from distribution.access import sessions
from distribution.access.holder import Holder
from distribution.analytics.signed_in import Login
from portal.clock import now
from portal.database import unit
from portal.security import address_of_client

_TOKEN_BYTES = 32


class Person(Protocol):
    """Somebody who can be logged in."""

    kind: str
    id: UUID
    session_version: int
    locale: str | None
    name: str
    email: str

    @property
    def may_enter(self) -> bool:
        """Whether they may be logged in now."""


class Visitor:
    """Flask-Login's view of a person in one of their sessions; attributes of the person are its own."""

    is_authenticated = True
    is_anonymous = False

    def __init__(self, person: Any, token: str, login: Login | None = None) -> None:
        self.person = person
        self.login = login
        self._token = token

    @property
    def is_active(self) -> bool:
        """Whether they may be logged in now."""
        return bool(self.person.may_enter)

    def get_id(self) -> str:
        """The identity kept in the cookie."""
        return f"{self.person.kind}:{self._token}"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.person, name)


Reader = Callable[[Session, str, datetime], tuple[Any, Login] | None]
LoginPage = str
_readers: dict[str, tuple[Reader, LoginPage]] = {}


def register_kind(kind: str, reader: Reader, login_page: LoginPage) -> None:
    """Say how the person of a session's token is read from the database, and where that kind logs in."""
    _readers[kind] = (reader, login_page)


def install(app: Flask) -> None:
    """Read the person of the session's cookie with each request that asks for them."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_load)


def _load(identity: str) -> Visitor | None:
    kind, _, token = identity.partition(":")
    if kind not in _readers or not token:
        return None
    at = now()
    with unit() as database:
        found = _readers[kind][0](database, token, at)
        if found is None or not found[0].may_enter:
            return None
        person, login = found
        if at - login.last_seen_at >= sessions.SEEN_EVERY:
            sessions.seen(database, login.id, now=at)
    return Visitor(person, token, login)


def enter(person: Any) -> None:
    """Log a person in with a fresh session: what was in the old one is gone, its token too."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with unit() as database:
        sessions.end(database, _token())
        sessions.begin(
            database,
            kind=person.kind,
            person_id=person.id,
            session_version=person.session_version,
            token=token,
            user_agent=request.user_agent.string,
            address=address_of_client(),
            now=now(),
        )
    session.clear()
    session.permanent = True
    session["since"] = datetime.now(UTC).isoformat()
    login_user(Visitor(person, token))


def leave() -> None:
    """Log out, and forget the session here and in the cookie."""
    with unit() as database:
        sessions.end(database, _token())
    logout_user()
    session.clear()


def holder_of(person: Any) -> Holder:
    """Whose second factor and sessions they are."""
    return Holder(person.kind, person.id, person.name, person.email, person.locale)


def is_kind(kind: str) -> bool:
    """Whether the one who asks is logged in as that kind of person."""
    return bool(current_user.is_authenticated) and getattr(current_user, "kind", None) == kind


def to_login(kind: str) -> Response:
    """To the login page, and back to here afterwards."""
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(_readers[kind][1], next=target if target and target != "/" else None), 303)


def _token() -> str:
    return str(session.get("_user_id", "")).partition(":")[2]
