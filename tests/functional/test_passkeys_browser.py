"""Passkeys in a real browser with an authenticator of its own: added, used instead of password and code, copied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select, update

from distribution.access.tables import Passkey
from distribution.db import transaction
from portal.app import create_app
from tests.factories import a_distributor
from tests.functional.browser import leaving, log_in, open_page, running
from tests.functional.conftest import portal_settings
from tests.functional.world import PASSWORD
from tests.letters import letters
from tests.serving import answering

pytestmark = pytest.mark.browser


@pytest.fixture
def place(engine: Engine, database_url: str, redis_url: str) -> Iterator[str]:
    """A portal on a name: passkeys know no bare addresses."""

    def made(url: str) -> Flask:
        return create_app(portal_settings(database_url, redis_url, url), engine, testing=True)

    with answering(made, name="localhost") as url:
        yield url


def _authenticator(page: Page, *, verifies: bool = True) -> tuple[Any, str]:
    """A device of Chromium's own that says yes to everything."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made = tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verifies,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return tools, made["authenticatorId"]


def test_a_passkey_is_added_and_logs_in_and_a_copy_does_not(
    place: str, engine: Engine, chromium: str
) -> None:
    with transaction(engine) as session:
        a_distributor(session, email="ada@example.com", password=PASSWORD, now=datetime.now(UTC))
    with running(chromium) as browser:
        page, complaints = open_page(browser)
        _authenticator(page)
        log_in(page, place, "ada@example.com")
        page.goto(f"{place}/account/passkeys/new")
        page.fill("#name", "My phone")
        page.get_by_role("button", name="Add a passkey").click()
        page.wait_for_url(f"{place}/account/security#passkeys")
        expect(page.get_by_text("My phone")).to_be_visible()
        page.context.clear_cookies()

        page.goto(f"{place}/login")
        with leaving(page):
            page.get_by_role("link", name="Log in with a passkey").click()
        page.get_by_role("button", name="Log in").press("Enter")
        page.wait_for_url(f"{place}/")
        with transaction(engine) as session:
            [key] = session.scalars(select(Passkey)).all()
            assert key.sign_count > 1
            assert key.last_used_at is not None
            # As if a copy of it had been used a hundred times elsewhere.
            session.execute(update(Passkey).values(sign_count=100))
        page.context.clear_cookies()
        page.goto(f"{place}/login/passkey")
        page.get_by_role("button", name="Log in").click()
        page.get_by_text("This passkey was not accepted.").wait_for()
        with transaction(engine) as session:
            assert len(letters(session, "passkey_copied")) == 1
        assert [each for each in complaints if "422" not in each] == []


def test_a_device_that_verified_nobody_is_refused(place: str, engine: Engine, chromium: str) -> None:
    with transaction(engine) as session:
        a_distributor(session, email="ada@example.com", password=PASSWORD, now=datetime.now(UTC))
    with running(chromium) as browser:
        page, _ = open_page(browser, phone=False)
        _authenticator(page, verifies=False)
        log_in(page, place, "ada@example.com")
        page.goto(f"{place}/account/passkeys/new")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_text("Your device did not finish.").wait_for()
    with transaction(engine) as session:
        assert session.scalars(select(Passkey)).all() == []
