"""A portal whose shop hands its people over, and somebody's browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from distribution.audit.tables import AuditEntry
from distribution.db import transaction
from distribution.settings import program
from portal.app import create_app
from tests import letters
from tests.factories import ACTOR
from tests.functional.conftest import portal_settings
from tests.saleor_app import SigningShop, running_signing_shop

ALL = ("MANAGE_APPS", "MANAGE_ORDERS", "MANAGE_SETTINGS", "MANAGE_STAFF")


@dataclass
class SignInWorld:
    """The portal, its database and its shop."""

    app: Flask
    engine: Engine
    shop: SigningShop

    def browser(self) -> FlaskClient:
        """A fresh browser without scripts."""
        return self.app.test_client()

    def rules(self, **changes: Any) -> None:
        """Change who may come in."""
        with transaction(self.engine) as session:
            program.change(session, {"sign_in": {"saleor": changes}}, actor=ACTOR, now=datetime.now(UTC))
        self.app.extensions["program"].forget()

    def hand_over(self, who: str, token: str | None, **body: str) -> TestResponse:
        """Ask for a link with this token, as "staff" or "customer"."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.app.extensions["saleor_app"].keys._tried_at = None
        return self.app.test_client().post(f"/saleor/sign-in/{who}", json=body, headers=headers)

    def link(self, who: str, token: str, **body: str) -> str:
        """The path of the link, which must be given."""
        answer = self.hand_over(who, token, **body)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return str(answer.get_json()["url"]).removeprefix("http://localhost")

    def audit(self, *actions: str) -> list[AuditEntry]:
        """Entries of the audit log, the oldest first."""
        with transaction(self.engine) as session:
            query = select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.number)
            found = list(session.scalars(query))
            session.expunge_all()
            return found

    def mails(self) -> list[dict[str, str]]:
        """What was sent."""
        with transaction(self.engine) as session:
            return letters.mails(
                session, "connect_login", "confirm_email", "already_member", "reset_password"
            )


def page(browser: FlaskClient, path: str, status: int = 200) -> str:
    """The text of a page."""
    answer = browser.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.location)
    return html.unescape(answer.get_data(as_text=True))


def send(browser: FlaskClient, path: str, **form: str) -> TestResponse:
    """Send the form of the page at `path`."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page(browser, path))
    assert found is not None
    return browser.post(path, data={"csrf_token": found[1], **form})


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Status and reason of a refusal."""
    return answer.status_code, answer.get_json()["error"]["code"]


@contextmanager
def sign_in_world(engine: Engine, database_url: str, redis_url: str) -> Iterator[SignInWorld]:
    """The App installed, both ways in switched on."""
    with running_signing_shop() as shop:
        settings = portal_settings(
            database_url, redis_url, encryption_keys=Fernet.generate_key().decode(), saleor_api_url=shop.url
        )
        world = SignInWorld(create_app(settings, engine, testing=True), engine, shop)
        shop.app("the-token")
        assert shop.install(world.browser()).status_code == 200
        world.rules(staff=True, customers=True)
        yield world
