"""A plan written in a real browser: a rate is added, mended, reviewed and published, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission import drafts
from distribution.commission.publish import current
from tests.functional.browser import leaving, open_page, running
from tests.serving import answering

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(console_app: Flask) -> Iterator[str]:
    """Where the portal answers."""
    with answering(lambda _: console_app) as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with running(chromium) as browser:
        yield browser


def a_writer(
    browser: Browser, address: str, cookie: str, *, phone: bool, scripts: bool = True
) -> tuple[Page, list[str]]:
    """A page on the plan, signed in, and what it complains about."""
    page, complaints = open_page(browser, phone=phone, java_script_enabled=scripts)
    page.context.add_cookies([{"name": "session", "value": cookie, "url": address}])
    page.goto(f"{address}/console/plan")
    return page, complaints


@pytest.mark.parametrize("scripts, phone", [(True, True), (True, False), (False, False)])
def test_from_a_new_rate_to_a_published_plan(
    browser: Browser,
    address: str,
    console_sessions: dict[str, str],
    lived_in_engine: Engine,
    scripts: bool,
    phone: bool,
) -> None:
    page, complaints = a_writer(browser, address, console_sessions["owner"], phone=phone, scripts=scripts)
    page.get_by_role("button", name="Change the plan").click()
    name, product = f"Plan {scripts} {phone}", f"p-{scripts}-{phone}"
    page.get_by_label("Name of the plan").fill(name)
    page.get_by_role("button", name="Add a rate").click()
    # A rate without a value and like another one: both are said where they are.
    row = page.locator("#section-rates .plan-row.is-open")
    expect(row).to_contain_text("Enter a percentage from 0 to 100")
    expect(page.get_by_label("Name of the plan")).to_have_value(name)
    row.get_by_role("textbox", name="Rate", exact=True).fill("7.5")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator(".plan-summary")).to_contain_text("May match the same as")
    # Only the fields of what is chosen are there.
    row = page.locator("#section-rates .plan-row.is-open")
    expect(row.get_by_label("Add: Products")).to_be_hidden()
    row.get_by_label("Of what").select_option("product")
    row.get_by_role("combobox", name="Add: Products").fill(f"{product}, p-2-{product}")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    expect(page.locator(".plan-changes")).to_contain_text(f"Product: p-2-{product}, {product}")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".flashes")).to_contain_text("is published.")
    assert complaints == []
    with Session(lived_in_engine) as session:
        plan = current(session, now=datetime.now(UTC))
    assert plan.name == name
    assert sorted(plan.rates[-1].selector.what_ids) == [f"p-2-{product}", product]
    page.context.close()


def test_what_is_typed_is_kept_without_a_button(
    browser: Browser, address: str, console_sessions: dict[str, str], lived_in_engine: Engine
) -> None:
    page, complaints = a_writer(browser, address, console_sessions["owner"], phone=False)
    page.get_by_role("button", name="Change the plan").click()
    page.wait_for_url("**/plan/drafts/**")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("Name of the plan").fill("Typed only")
    with Session(lived_in_engine) as session:
        assert "Typed only" in [draft.name for draft in drafts.every(session)]
    with leaving(page):
        page.get_by_role("button", name="Document").click()
    area = page.get_by_label("The plan as a document")
    expect(area).to_have_value(re.compile("Typed only"))
    area.fill('{\n  "name": "Half",\n  oops')
    expect(page.locator("[data-lines] li")).to_have_count(3)
    with leaving(page):
        page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("link", name="Line 3").click()
    chosen = area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "  oops"
    assert complaints == []
    page.context.close()


def test_a_picker_makes_chips_of_what_is_chosen(
    browser: Browser, address: str, console_sessions: dict[str, str]
) -> None:
    page, complaints = a_writer(browser, address, console_sessions["owner"], phone=True)
    page.get_by_role("button", name="Change the plan").click()
    with leaving(page):
        page.get_by_role("button", name="Add a rate").click()
    row = page.locator("#section-rates .plan-row.is-open")
    row.get_by_label("Who earns").select_option("distributor")
    with page.expect_response(lambda answer: "/choices/distributor?q=ada" in answer.url) as found:
        row.get_by_role("combobox", name="Add: Distributors").press_sequentially("ada")
    (ada, name), *_ = found.value.json()
    row.get_by_role("combobox", name="Add: Distributors").fill(ada)
    expect(row.locator(".chip", has_text=name)).to_be_visible()
    expect(row.get_by_role("combobox", name="Add: Distributors")).to_have_value("")
    assert complaints == []
    page.context.close()
