"""Our page inside Saleor's dashboard says an order's commission to staff the shop vouches for, and to nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import jwt
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from werkzeug.wrappers import Response

from distribution.commission.accrue import accrue
from distribution.db import transaction
from portal.app import create_app
from tests.factories import a_chain, a_code
from tests.functional.browser import open_page, running
from tests.functional.conftest import portal_settings
from tests.recordings import CODE, steps
from tests.saleor_app import APP_ID, SigningShop, running_signing_shop
from tests.saleor_signing import SigningKey, key_named
from tests.serving import answering


@dataclass
class Dashboard:
    """The portal on a port, the shop it belongs to, and an order with its commission."""

    app: Flask
    url: str
    shop: SigningShop
    order_id: str

    def token(self, key: SigningKey | None = None, **changes: Any) -> str:
        """A token as Saleor's dashboard hands it to an App."""
        signing = key or self.shop.keys[0]
        claims = {
            "iat": datetime.now(UTC),
            "exp": datetime.now(UTC) + timedelta(minutes=5),
            "iss": self.shop.url,
            "owner": "saleor",
            "type": "thirdparty",
            "app": APP_ID,
            "permissions": ["MANAGE_ORDERS"],
            "email": "staff@example.com",
        }
        return jwt.encode(claims | changes, signing.private, algorithm="RS256", headers={"kid": signing.id})

    def ask(self, token: str | None, order_id: str | None = None) -> Any:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        query = {"order": self.order_id if order_id is None else order_id}
        return self.app.test_client().get("/saleor/app/commission", query_string=query, headers=headers)


@pytest.fixture
def dashboard(engine: Engine, database_url: str, redis_url: str) -> Iterator[Dashboard]:
    """One order of a recorded shop, sold by the first of three."""
    step = list(steps("fulfil_partly_then_fully"))[-1]
    with transaction(engine) as session:
        a_code(session, a_chain(session, 3)[0], CODE)
        accrue(session, [step.snapshot], now=datetime.now(UTC))
    portal: list[Flask] = []
    key = Fernet.generate_key().decode()
    with running_signing_shop() as shop:

        def made(url: str) -> Flask:
            settings = portal_settings(
                database_url, redis_url, url, encryption_keys=key, saleor_api_url=shop.url
            )
            portal.append(create_app(settings, engine, testing=True))
            return portal[0]

        with answering(made) as url:
            shop.app("the-token")
            assert shop.install(portal[0].test_client()).status_code == 200
            yield Dashboard(portal[0], url, shop, step.snapshot.order_id)


def test_staff_see_whose_the_order_is_and_what_each_level_earns(dashboard: Dashboard) -> None:
    answer = dashboard.ask(dashboard.token())

    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert [text.count(f"Depth {place}") for place in (3, 2, 1)] == [2, 1, 1]
    assert all(amount in text for amount in ("$12.83", "$7.55", "$3.77", "$1.51"))
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_order_that_was_not_recorded_is_not_there(dashboard: Dashboard) -> None:
    assert dashboard.ask(dashboard.token(), "T3JkZXI6MA==").status_code == 404


def forged(dashboard: Dashboard) -> dict[str, tuple[str | None, tuple[int, str]]]:
    """Tokens that show nothing, with the status and reason they get."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    return {
        "none": (None, (401, "bad_token")),
        "no token": ("x.y.z", (401, "bad_token")),
        "another key": (dashboard.token(SigningKey("first")), (401, "bad_token")),
        "an unknown key": (dashboard.token(key_named("theirs")), (401, "unknown_key")),
        "another shop": (dashboard.token(iss="https://stranger.example.com/graphql/"), (401, "bad_token")),
        "another app": (dashboard.token(app="QXBwOjk="), (401, "bad_token")),
        "expired": (dashboard.token(exp=past), (401, "bad_token")),
        "without end": (dashboard.token(exp=None), (401, "bad_token")),
        "not our alg": (jwt.encode({"app": APP_ID}, "s" * 32, headers={"kid": "first"}), (401, "bad_token")),
        "of a customer": (dashboard.token(type="access"), (403, "not_permitted")),
        "without permission": (dashboard.token(permissions=["MANAGE_PRODUCTS"]), (403, "not_permitted")),
    }


def test_nobody_else_sees_anything(dashboard: Dashboard) -> None:
    seen = {}
    for name, (token, _) in forged(dashboard).items():
        dashboard.app.extensions["saleor_app"].keys._tried_at = None
        answer = dashboard.ask(token)
        seen[name] = (answer.status_code, answer.get_json()["error"]["code"])
    assert seen == {name: wanted for name, (_, wanted) in forged(dashboard).items()}


def test_only_the_empty_page_may_be_framed(dashboard: Dashboard) -> None:
    client = dashboard.app.test_client()
    frame = client.get("/saleor/app", query_string={"orderId": dashboard.order_id})
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "Depth 3" not in frame.get_data(as_text=True)
    for path in ("/saleor/app/commission", "/login", "/console/login"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with running(chromium) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; whatever the browser refuses to do there, it says so."""
    page, complaints = open_page(browser, phone=False)
    yield page
    page.context.close()
    # What is answered with an error is another test's; a policy that is broken is not.
    assert [each for each in complaints if "Failed to load resource" not in each] == []


HOST = """
<!doctype html><title>Dashboard</title><body style="margin:0"><iframe id="app" src="{src}" width="100%" height="900"
 style="border:0" sandbox="allow-same-origin allow-forms allow-scripts"></iframe>
<script>
window.heard = [];
window.addEventListener("message", (event) => window.heard.push(event.data));
const frame = document.getElementById("app");
frame.addEventListener("load", () => {{
  frame.contentWindow.postMessage({{type: "handshake", payload: {{token: {token}, version: 1}}}}, "*");
  frame.contentWindow.postMessage({{type: "theme", payload: {{theme: "{theme}"}}}}, "*");
}});
</script>
"""


def host(page: Page, dashboard: Dashboard, *, token: str, theme: str = "light", locale: str = "en") -> None:
    """A page as Saleor's dashboard is, from another origin, with our page in its frame."""
    src = f"{dashboard.url}/saleor/app?orderId={dashboard.order_id}&locale={locale}"
    content = HOST.format(src=escape(src), token=json.dumps(token), theme=theme)
    with answering(lambda _: Response(content, content_type="text/html")) as url:
        page.goto(url)


@pytest.mark.browser
def test_in_the_dashboard_the_commission_is_shown_and_the_console_opened(
    page: Page, dashboard: Dashboard
) -> None:
    host(page, dashboard, token=dashboard.token())
    frame = page.frame_locator("#app")

    expect(frame.get_by_text("How its commission travelled")).to_be_visible()
    frame.get_by_role("link", name="Open in the console").click()

    redirect = page.wait_for_function("window.heard.find((each) => each.type === 'redirect')").json_value()
    assert redirect["payload"]["newContext"] is True
    assert redirect["payload"]["to"].startswith(f"{dashboard.url}/console/orders/")


@pytest.mark.browser
def test_in_the_dashboard_it_is_dark_and_chinese_when_the_dashboard_is(
    page: Page, dashboard: Dashboard
) -> None:
    host(page, dashboard, token=dashboard.token(), theme="dark", locale="zh-Hans")
    frame = page.frame_locator("#app")

    expect(frame.locator("html[data-theme=dark]")).to_be_attached()
    expect(frame.get_by_role("link", name="在控制台中打开")).to_be_visible()


@pytest.mark.browser
def test_in_the_dashboard_a_refused_token_says_so(page: Page, dashboard: Dashboard) -> None:
    host(page, dashboard, token=dashboard.token(permissions=[]))
    expect(page.frame_locator("#app").get_by_text("Saleor says you may not see this")).to_be_visible()
