"""The examples for storefronts, run as they stand but for the addresses in them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import expect
from sqlalchemy import Engine

from tests.functional.api_client import a_token
from tests.functional.browser import open_page, running
from tests.functional.checkouts import Checkouts, running_checkouts
from tests.functional.conftest import LivePortal, free_port
from tests.functional.node import evaluate, run_node
from tests.functional.pages import Pages, running_pages
from tests.serving import Handler, serving

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
SALEOR = "https://saleor.example.com/graphql/"
PORTAL = "https://partners.example.com"
NEXT = "DISTRIBUTION_TEST_NEXT"
EARLY, LATE = "019aa000000070008000000000000001", "019aa000000170008000000000000001"
NOW = 1_800_000_000_000
DAY = 86_400_000


@pytest.fixture
def checkouts() -> Iterator[Checkouts]:
    with running_checkouts() as found:
        yield found


@pytest.fixture
def plain(checkouts: Checkouts) -> Iterator[Pages]:
    """The plain HTML example on a server."""
    with running_pages() as pages:
        for path in (EXAMPLES / "plain-html").iterdir():
            text = path.read_text("utf-8").replace(SALEOR, checkouts.url)
            origin = checkouts.url.removesuffix("/graphql/")
            pages.files[f"/{path.name}"] = text.replace("https://saleor.example.com", origin)
        pages.files["/pay.html"] = "<title>Paid</title><p>Paid</p>"
        pages.files["/favicon.ico"] = ""
        yield pages


@pytest.mark.browser
def test_plain_html_sells_with_the_referral_on_the_checkout(
    plain: Pages, checkouts: Checkouts, chromium: str
) -> None:
    with running(chromium) as browser:
        page, complaints = open_page(browser)
        page.goto(f"{plain.url}/index.html?ref=ADA&click=c-1")
        expect(page.get_by_text("Recommended by ADA")).to_be_visible()
        assert page.url == f"{plain.url}/index.html"
        page.get_by_role("button", name="Put into the cart").click()
        page.wait_for_url("**/cart.html")
        page.get_by_role("button", name="Pay").click()
        page.wait_for_url("**/pay.html*")
        assert complaints == []
    assert list(checkouts.metadata.values()) == [{"referral_code": "ADA", "referral_click": "c-1"}]


@pytest.mark.browser
def test_plain_html_tells_a_checkout_from_before_the_link(
    plain: Pages, checkouts: Checkouts, chromium: str
) -> None:
    with running(chromium) as browser:
        page, _ = open_page(browser)
        page.goto(f"{plain.url}/index.html")
        page.get_by_role("button", name="Put into the cart").click()
        page.wait_for_url("**/cart.html")
        assert list(checkouts.metadata.values()) == [{}]
        page.goto(f"{plain.url}/index.html?ref=BEA")
        page.goto(f"{plain.url}/cart.html")
        page.get_by_role("button", name="Pay").click()
        page.wait_for_url("**/pay.html*")
    assert list(checkouts.metadata.values()) == [{"referral_code": "BEA", "referral_click": ""}]


@pytest.mark.browser
def test_plain_html_sells_while_the_script_is_blocked(
    plain: Pages, checkouts: Checkouts, chromium: str
) -> None:
    del plain.files["/partners.js"]
    with running(chromium) as browser:
        page, _ = open_page(browser)
        page.goto(f"{plain.url}/index.html?ref=ADA")
        page.get_by_role("button", name="Put into the cart").click()
        page.wait_for_url("**/cart.html")
        page.get_by_role("button", name="Pay").click()
        page.wait_for_url("**/pay.html*")
    assert list(checkouts.metadata.values()) == [{}]


LIBRARY = EXAMPLES / "nextjs" / "lib" / "referral.ts"


def landed(query: str, kept: object = None, **environment: str) -> Any:
    """What the Next.js example remembers of a landing."""
    cookie = "undefined" if kept is None else json.dumps(json.dumps(kept))
    return evaluate(
        LIBRARY, f"it.landed(new URLSearchParams({json.dumps(query)}), {cookie}, {NOW})", **environment
    )


def test_nextjs_remembers_as_the_script_does() -> None:
    ada = {"code": "ADA", "click": EARLY, "at": NOW, "until": NOW + 30 * DAY}
    assert landed(f"?ref=ADA&click={EARLY}") == ada
    assert landed(f"?ref=ADA&click={EARLY}", ada) is None
    assert landed(f"?ref=BEA&click={LATE}", ada)["code"] == "BEA"
    assert landed(f"?ref=ADA&click={EARLY}", ada | {"code": "BEA", "click": LATE}) is None
    assert landed(f"?ref=BEA&click={LATE}", ada, REFERRAL_TOUCH="first") is None
    assert landed("?ref=BEA", ada | {"until": NOW}, REFERRAL_TOUCH="first")["code"] == "BEA"
    assert landed("?utm_source=letter") is None


@pytest.mark.parametrize(
    "value", ["", "{", "null", "[]", '{"code":1,"until":9e15}', '{"code":"A","until":1}']
)
def test_nextjs_takes_no_damaged_cookie(value: str) -> None:
    assert evaluate(LIBRARY, f"it.referralMetadata({json.dumps(value)})") == []


def test_nextjs_tells_saleor(checkouts: Checkouts) -> None:
    module = EXAMPLES / "nextjs" / "lib" / "saleor.ts"
    metadata = '[{key: "referral_code", value: "ADA"}]'
    told = {"SALEOR_API_URL": checkouts.url}
    created = evaluate(module, f'await it.createCheckout("v-1", 1, {metadata})', **told)
    assert checkouts.metadata == {created: {"referral_code": "ADA"}}
    other = checkouts.new()
    assert evaluate(module, f"await it.attachReferral({json.dumps(other)}, {metadata})", **told) is True
    assert checkouts.metadata[other] == {"referral_code": "ADA"}
    assert evaluate(module, f'await it.attachReferral("nonsense", {metadata})', **told) is False
    checkouts.is_down = True
    assert evaluate(module, f"await it.attachReferral({json.dumps(other)}, {metadata})", **told) is False


@pytest.fixture
def next_folder(tmp_path: Path) -> Path:
    """The Next.js example with Next.js and TypeScript beside it."""
    installed = os.environ.get(NEXT)
    if not installed:
        pytest.skip(f"no Next.js ({NEXT}: a folder with the node_modules of docs/examples/nextjs)")
    shutil.copytree(EXAMPLES / "nextjs", tmp_path / "shop")
    # Next.js follows no link out of its folder.
    shutil.copytree(
        Path(installed) / "node_modules", tmp_path / "shop/node_modules", symlinks=True, copy_function=os.link
    )
    return tmp_path / "shop"


@contextmanager
def next_serving(folder: Path, **environment: str) -> Iterator[str]:
    """The built example, checked for its types on the way."""
    settings = os.environ | {"NEXT_TELEMETRY_DISABLED": "1"} | environment
    program = folder / "node_modules/.bin/next"
    built = subprocess.run(
        [program, "build"], cwd=folder, env=settings, capture_output=True, text=True, timeout=400, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    url = f"http://localhost:{free_port()}"
    server = subprocess.Popen([program, "start", "--port", url.rpartition(":")[2]], cwd=folder, env=settings)
    try:
        for _ in range(100):
            try:
                requests.get(url, timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.browser
def test_nextjs_sells_with_the_referral_once_the_shopper_agrees(
    next_folder: Path, checkouts: Checkouts, chromium: str
) -> None:
    with (
        next_serving(next_folder, SALEOR_API_URL=checkouts.url) as url,
        running(chromium) as browser,
    ):
        page, _ = open_page(browser)
        page.goto(f"{url}/?ref=ADA&click={EARLY}")
        assert page.context.cookies() == []
        with page.expect_response("**/consent"):
            page.get_by_role("button", name="Yes").click()
        page.goto(url)
        expect(page.get_by_text("Recommended by ADA")).to_be_visible()
        page.goto(f"{url}/?ref=BEA&click={LATE}")
        page.get_by_role("button", name="Put into the cart").click()
        page.wait_for_url("**/cart")
        assert list(checkouts.metadata.values()) == [{"referral_code": "BEA", "referral_click": LATE}]
        page.get_by_role("button", name="Pay").click()
        page.wait_for_url("**/cart?paid=1")
        assert checkouts.updates == 1
        refused = requests.post(f"{url}/consent", json={"given": True, "search": "?ref=EVE"}, timeout=20)
        assert refused.status_code == 403


@contextmanager
def back_end(portal: LivePortal, token: str) -> Iterator[str]:
    """The mini program's own server, which asks the example's module."""
    module = EXAMPLES / "mini-program" / "server" / "program.mjs"

    class Asking(Handler):
        def do_POST(self) -> None:
            body = json.loads(self.asked())
            landing = {"code": body["code"], "key": "landing-1", "ip": "203.0.113.7", "userAgent": "WeChat"}
            click = evaluate(
                module,
                f"await it.countClick({json.dumps(landing)})",
                DISTRIBUTION_API_URL=f"{portal.url}/api/v1",
                DISTRIBUTION_API_TOKEN=token,
            )
            self.reply(json.dumps({"click": click}).encode())

    with serving(Asking) as url:
        yield f"{url}/clicks"


def test_a_mini_program_lands_counts_and_tells_the_checkout(
    live_portal: LivePortal, lived_in_engine: Engine, checkouts: Checkouts
) -> None:
    checkout = checkouts.new()
    with back_end(live_portal, a_token(lived_in_engine)) as clicks_url:
        asked = {
            "folder": str(EXAMPLES / "mini-program"),
            "replaced": {SALEOR: checkouts.url, "https://mini.example.com/clicks": clicks_url},
            "steps": [
                {"open": {"query": {}}},
                {"open": {"query": {"scene": "ref%3DADA"}}},
                {"open": {"query": {"scene": "ref%3DADA"}}, "attach": checkout},
                {"attach": "nonsense"},
                {"forget": True, "attach": checkout},
            ],
        }
        told = run_node(str(Path(__file__).with_name("mini_program.mjs")), json.dumps(asked))
    nobody, first, done, second, refused, third, untold, forgotten = told
    assert nobody is None
    assert first["code"] == "ADA"
    assert re.fullmatch(r"[0-9a-f]{32}", first["click"])
    assert first == second == third
    assert (done, refused, untold, forgotten) == (True, False, False, None)
    assert checkouts.metadata[checkout] == {"referral_code": "ADA", "referral_click": first["click"]}


def test_a_mini_programs_shop_reports_its_orders(live_portal: LivePortal, lived_in_engine: Engine) -> None:
    example = (ROOT / "docs" / "storefront.md").read_text("utf-8")
    found = re.search(r"```json\n(\{\"number\".*?)\n```", example, re.DOTALL)
    assert found
    order = found[1].replace('"ALICE"', '"ADA"')
    answer = evaluate(
        EXAMPLES / "mini-program" / "server" / "program.mjs",
        f'await it.reportOrder("wx-1", {order})',
        DISTRIBUTION_API_URL=f"{live_portal.url}/api/v1",
        DISTRIBUTION_API_TOKEN=a_token(lived_in_engine),
    )
    assert answer["attribution"]["reason"] == "referral_code"
    assert answer["shares"][0]["accrued"] == "9.90"


def test_a_share_button_needs_no_script(live_portal: LivePortal, hero_session: str) -> None:
    [link] = set(
        re.findall(rf'href="{PORTAL}(/links[^"]+)"', (EXAMPLES / "plain-html/index.html").read_text())
    )
    assert link in (EXAMPLES / "nextjs/app/page.tsx").read_text()
    client = live_portal.app.test_client()
    stranger = client.get(link)
    assert stranger.status_code == 303
    assert "next=" in stranger.headers["Location"]
    client.set_cookie("session", hero_session)
    assert f"{live_portal.url}/r/ADA?to=/products/mug" in client.get(link).get_data(as_text=True)
