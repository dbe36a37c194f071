"""From Saleor's dashboard into the console in a real browser: our page in its frame, one click, one more, and in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine
from werkzeug.wrappers import Response

from distribution.access import providers
from distribution.access.providers import Terms
from distribution.db import transaction
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from portal.app import create_app
from tests.factories import ACTOR
from tests.functional.browser import open_page, running
from tests.functional.conftest import portal_settings
from tests.functional.sign_in_world import ALL
from tests.functional.test_saleor_dashboard import HOST
from tests.openid_provider import CLIENT_ID, SECRET, Provider, running_provider
from tests.saleor_app import SigningShop, running_signing_shop
from tests.serving import answering

HANNA = "VXNlcjox"


@dataclass
class Live:
    """A portal on a port, its shop, and a provider."""

    url: str
    shop: SigningShop
    provider: Provider


@pytest.fixture
def live(engine: Engine, database_url: str, redis_url: str) -> Iterator[Live]:
    portal: list[Flask] = []
    key = Fernet.generate_key().decode()

    def made(url: str) -> Flask:
        settings = portal_settings(database_url, redis_url, url, encryption_keys=key, saleor_api_url=shop.url)
        portal.append(create_app(settings, engine, testing=True))
        return portal[0]

    with (
        running_signing_shop() as shop,
        running_provider() as provider,
        answering(made) as url,
    ):
        shop.app("the-token")
        assert shop.install(portal[0].test_client()).status_code == 200
        shop.person(HANNA, "hanna@shop.example", *ALL, firstName="Hanna", lastName="Berg")
        provider.person = {
            "sub": "ada-1",
            "email": "ada@example.com",
            "email_verified": True,
            "name": "Ada Lovelace",
        }
        with transaction(engine) as session:
            now = datetime.now(UTC)
            rules = {"staff": True, "customers": True, "dashboard": f"{url}/dashboard"}
            program.change(session, {"sign_in": {"saleor": rules}}, actor=ACTOR, now=now)
            terms = Terms("Example ID", provider.url, CLIENT_ID, SECRET, True, True)
            providers.put(session, terms, cipher=Cipher([key]), actor=ACTOR, now=now)
        yield Live(url, shop, provider)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with running(chromium) as browser:
        yield browser


@pytest.mark.browser
def test_from_the_dashboard_into_the_console(browser: Browser, live: Live) -> None:
    page, complaints = open_page(browser, phone=False)
    token = json.dumps(live.shop.token(HANNA, type="thirdparty"))
    content = HOST.format(src=escape(f"{live.url}/saleor/app?locale=en"), token=token, theme="light")
    with answering(lambda _: Response(content, content_type="text/html")) as dashboard:
        page.goto(dashboard)
        page.frame_locator("#app").get_by_role("link", name="Open the console").click()
        heard = page.wait_for_function("window.heard.find((each) => each.type === 'redirect')").json_value()
    address = heard["payload"]["to"]
    assert address.startswith(f"{live.url}/enter/")

    page.goto(address)
    page.get_by_role("button", name="Continue as Hanna Berg").click()
    page.wait_for_url(f"{live.url}/console/")
    expect(page.get_by_text("Hanna Berg").first).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("expired or was used already")).to_be_visible()
    assert complaints == []


@pytest.mark.browser
def test_through_a_provider_and_applied_by_phone(browser: Browser, live: Live) -> None:
    page, complaints = open_page(browser)
    page.goto(f"{live.url}/login")
    page.get_by_role("link", name="Continue with Example ID").click()
    page.wait_for_url(f"{live.url}/register")
    expect(page.get_by_text("ada@example.com")).to_be_visible()
    expect(page.locator("#name")).to_have_value("Ada Lovelace")
    page.check("#accept")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url(f"{live.url}/")
    expect(page.get_by_text("confirmed already")).to_be_visible()
    assert complaints == []
