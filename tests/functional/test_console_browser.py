"""The console in a real browser: it fits a phone and a desk, keeps its policy, works with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.functional.browser import DESKTOP, PHONE, running
from tests.functional.console_world import ConsoleWorld
from tests.pictures.fits import misfits
from tests.serving import answering

pytestmark = pytest.mark.browser
PATHS = (
    "", "menu", "applications", "distributors", "orders", "plan", "plan/simulations", "plan/compare?before=0&after=1",
    "settlements", "withdrawals", "ledger", "ledger/chart", "ledger/USD/available", "ledger/accounts/1",
    "inbox", "inbox/answers", "inbox/effects", "inbox/comparisons", "verification", "audit", "program",
    "people", "tokens", "account", "announcements/new",
)  # fmt: skip


@pytest.fixture(scope="module")
def address(console_app: Flask) -> Iterator[str]:
    """Where the portal answers."""
    with answering(lambda _: console_app) as url:
        yield f"{url}/console/"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with running(chromium) as started:
        yield started


@pytest.mark.parametrize("theme, language", [("light", "en"), ("dark", "zh_Hans")])
def test_every_page_fits_and_keeps_the_policy(
    browser: Browser,
    address: str,
    console_sessions: dict[str, str],
    shop: ConsoleWorld,
    theme: str,
    language: str,
) -> None:
    context = browser.new_context()
    context.add_cookies(
        [
            {"name": name, "value": value, "url": address.removesuffix("console/")}
            for name, value in (
                ("session", console_sessions["owner"]),
                ("theme", theme),
                ("language", language),
            )
        ]
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    more = (
        f"distributors/{shop.world.hero_id}",
        f"withdrawals/{shop.withdrawal_id}",
        "orders/1",
        f"plan/drafts/{shop.draft_id}?open=rates[3]",
        f"plan/drafts/{shop.draft_id}?open=campaigns[0]",
        f"plan/drafts/{shop.draft_id}/document",
        f"plan/drafts/{shop.draft_id}/review",
        f"plan/simulations/{shop.simulation_id}",
    )
    for path in (*PATHS, *more):
        page.goto(address + path)
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            assert misfits(page, finger=False) == [], (path, size)
    assert errors == []
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_queue_is_worked_with_scripts_and_without(
    browser: Browser, address: str, console_sessions: dict[str, str], scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    context.add_cookies(
        [{"name": "session", "value": console_sessions["owner"], "url": address.removesuffix("console/")}]
    )
    page = context.new_page()
    page.goto(address + "inbox")
    if scripts:
        page.locator("thead .pick").check()
    else:
        assert page.locator("thead .pick").is_hidden()
        for box in page.locator("tbody .pick").all():
            box.check()
    page.get_by_role("button", name="Try again now").click()
    expect(page.locator(".flashes")).to_contain_text("are tried again now.")
    context.close()
