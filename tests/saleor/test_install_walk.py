"""docs/install.md, walked with a real Saleor: from an empty database to the first commission, with its pictures.

`DISTRIBUTION_TEST_PICTURES=1` puts new pictures into docs/images.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Page

from tests.functional.browser import open_page, running
from tests.functional.conftest import free_port
from tests.functional.test_readme_pictures import FOLDER, LARGEST_BYTES, small
from tests.processes import distribution, environment, kill_tree, wait_until
from tests.saleor.conftest import PluginServers, variable
from tests.saleor.shop import Shop

pytestmark = [pytest.mark.browser, pytest.mark.prove]
OWNER = "owner@example.com"
WAIT_SECONDS = 120.0


class Walk:
    """The shell of somebody who follows the page, with a watch."""

    def __init__(self, environ: dict[str, str], stack: ExitStack) -> None:
        self.environ = environ
        self._stack = stack
        self._begun = time.monotonic()

    def step(self, words: str) -> None:
        """Say how far it is."""
        print(f"{time.monotonic() - self._begun:6.1f} s  {words}")

    def run(self, *arguments: str, fails: bool = False) -> str:
        """What a command says; with `fails` it may exit with 1."""
        done = subprocess.run(distribution(*arguments), env=self.environ, capture_output=True, text=True)
        assert done.returncode in ((0, 1) if fails else (0,)), (arguments, done.stdout, done.stderr)
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Keep a program running until the end, or until it is killed."""
        process = subprocess.Popen(
            distribution(*arguments), env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._stack.callback(kill_tree, process)
        return process

    def broken(self) -> dict[str, str]:
        """What the doctor finds broken, and what it saw of it."""
        checks = json.loads(self.run("doctor", "--json", fails=True))["checks"]
        return {check["code"]: check["seen"] for check in checks if check["state"] == "bad"}

    def wait_until_well(self) -> None:
        """Return when the doctor finds nothing broken; else say what it finds."""
        end = time.monotonic() + WAIT_SECONDS
        while broken := self.broken():
            assert time.monotonic() < end, broken


@pytest.fixture
def walk(shop: Shop, plugin_servers: PluginServers, tmp_path: Path) -> Iterator[Walk]:
    port = free_port()
    environ = environment(
        DATABASE_URL=plugin_servers.database_url,
        REDIS_URL=variable("REDIS_URL"),
        SECRET_KEY=secrets.token_urlsafe(48),
        ENCRYPTION_KEYS=Fernet.generate_key().decode(),
        PORTAL_URL=f"http://127.0.0.1:{port}",
        STOREFRONT_URL="https://shop.example.com",
        SALEOR_API_URL=variable("URL"),
        MAIL_URL=f"file://{tmp_path}/mail",
    )
    with ExitStack() as stack:
        yield Walk(environ, stack)


def an_app_token(shop: Shop) -> str:
    """Extensions, Add, an app with MANAGE_ORDERS and a token."""
    made = shop.saleor.run(
        'mutation { appCreate(input: {name: "Distribution", permissions: [MANAGE_ORDERS, MANAGE_DISCOUNTS]})'
        " { authToken errors { field message } } }"
    )
    return str(made["appCreate"]["authToken"])


def kept(page: Page, name: str) -> None:
    """The picture of what is shown, small enough for the documentation."""
    page.wait_for_load_state("networkidle")
    picture = small(page.screenshot())
    assert len(picture) < LARGEST_BYTES
    if os.environ.get("DISTRIBUTION_TEST_PICTURES"):
        (FOLDER / f"install-{name}.png").write_bytes(picture)


def test_from_nothing_to_the_first_commission(walk: Walk, shop: Shop, chromium: str) -> None:
    portal = walk.environ["DISTRIBUTION_PORTAL_URL"]
    channel = shop.channel()
    shop.plugin(active=False)

    walk.run("migrate")
    password = walk.run("merchant", "create", OWNER).partition("once: ")[2].strip()
    walk.step("the database has its tables, the owner a login")
    serving = walk.start("serve", "--port", portal.rpartition(":")[2])
    wait_until(lambda: answers(portal), seconds=WAIT_SECONDS)
    walk.step("the portal answers")

    broken = walk.broken()
    assert {"setting.wrong", "worker.none", "scheduler.none", "plugin.inactive"} <= broken.keys()
    with running(chromium) as browser:
        page, complaints = open_page(browser, phone=False)
        page.goto(f"{portal}/console/login")
        page.fill("#email", OWNER)
        page.fill("#password", password)
        page.press("#password", "Enter")
        page.wait_for_url(f"{portal}/console/")
        page.goto(f"{portal}/console/installation")
        kept(page, "begun")

        walk.environ["DISTRIBUTION_SALEOR_TOKEN"] = an_app_token(shop)
        kill_tree(serving)
        walk.start("serve", "--port", portal.rpartition(":")[2])
        walk.start("worker")
        walk.start("scheduler")
        shop.plugin(portal_url=portal)
        wait_until(lambda: answers(portal), seconds=WAIT_SECONDS)
        walk.wait_until_well()
        walk.step("worker and scheduler run, the plugin is on, the doctor finds nothing broken")

        token = walk.run("token", "create", f"walk {secrets.token_hex(3)}", "--source", "saleor").split()[-1]
        api = httpx.Client(base_url=f"{portal}/api/v1", headers={"Authorization": f"Bearer {token}"})
        code = f"EMMA-{secrets.token_hex(3).upper()}"
        person = {
            "email": f"{code.lower()}@example.com",
            "name": "Emma Larsen",
            "code": code,
            "status": "active",
        }
        assert api.post("/distributors", json=person).status_code == 201
        walk.step("the first distributor has a link")

        landed = httpx.get(f"{portal}/r/{code}?to=/products/tea").headers["Location"]
        query = parse_qs(urlsplit(landed).query)
        assert landed.startswith("https://shop.example.com/products/tea?ref=")
        referral = {"referral_code": query["ref"][0], "referral_click": query["click"][0]}
        placed = shop.complete(shop.checkout(channel, **referral))
        shop.fulfill(channel, placed)
        walk.step("somebody followed it and bought, the order was shipped")
        wait_until(lambda: named(shop, code) == {"code": code, "name": "Emma", "voucher": None})

        sold = f"/orders/{placed.id}"
        wait_until(lambda: api.get(sold).status_code == 200, seconds=WAIT_SECONDS)
        walk.step("the order is recorded")
        wait_until(lambda: earned(api, sold, "2.00"), seconds=WAIT_SECONDS)
        walk.step("the commission of 10 percent on 20.00 stands: 2.00")
        link = shop.saleor.page(f"/plugins/global/distribution/order/{placed.id}").json()["url"]
        page.goto(link)
        assert "Emma Larsen" in page.content()
        kept(page, "commission")
        page.goto(f"{portal}/console/installation")
        kept(page, "done")
        assert complaints == []
    assert json.loads(walk.run("verify", "--json"))["holds"]
    walk.step("distribution verify proves it")


def answers(portal: str) -> bool:
    try:
        return httpx.get(f"{portal}/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def named(shop: Shop, code: str) -> object:
    """What a storefront is told of a code; a busy plugin asks it to go on without."""
    return shop.saleor.page(f"/plugins/global/distribution/code/{code.lower()}").json()


def earned(api: httpx.Client, order: str, amount: str) -> bool:
    shares = api.get(order).json()["shares"]
    return [share["accrued"] for share in shares if share["level"] == 1] == [amount]
