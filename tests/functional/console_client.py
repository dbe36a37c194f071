"""The console as one of the merchant's people uses it: pages read, forms sent with their token, nothing scripted."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from distribution.audit.tables import AuditEntry
from distribution.settings.merchants import by_email
from tests.functional.console_world import PASSWORD


class ConsoleClient:
    """A browser without scripts."""

    def __init__(self, app: Flask) -> None:
        self.browser = app.test_client()

    def sign_in(self, role: str = "owner", password: str = PASSWORD) -> TestResponse:
        """Sign in as the person of that role."""
        return self.send(
            "/console/login", {"email": f"{role}@shop.example", "password": password}, page="/console/login"
        )

    def page(self, path: str, status: int = 200) -> str:
        """The text of a page, which must answer with that status."""
        answer = self.browser.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        return html.unescape(answer.get_data(as_text=True))

    def token(self, page: str) -> str:
        """The CSRF token of a page's first form."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page(page))
        assert found is not None, page
        return found[1]

    def send(
        self, path: str, data: Mapping[str, Any] | None = None, *, page: str = "/console/"
    ) -> TestResponse:
        """Send a form; its token is that of `page`."""
        return self.browser.post(path, data={"csrf_token": self.token(page), **(data or {})})

    def act(self, path: str, data: Mapping[str, Any] | None = None, *, page: str = "/console/") -> str:
        """Send a form that succeeds, and read the page it leads to."""
        answer = self.send(path, data, page=page)
        assert answer.status_code == 303, (path, answer.status_code, answer.get_data(as_text=True)[-2000:])
        return self.page(answer.location)


def last_act(engine: Engine, action: str) -> AuditEntry:
    """The newest entry of the audit log of that action."""
    with Session(engine) as session:
        query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.number.desc())
        return session.scalars(query.limit(1)).one()


def merchant_actor(engine: Engine, role: str) -> str:
    """How the audit log names the person of that role."""

    with Session(engine) as session:
        person = by_email(session, f"{role}@shop.example")
        assert person is not None
        return f"merchant:{person.id}"
