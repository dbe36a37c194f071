"""The storefront script in a real Chromium: what it remembers, where, for how long, and what it tells the checkout."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.functional.browser import running
from tests.functional.checkouts import Checkouts, running_checkouts
from tests.functional.pages import Pages, running_pages

pytestmark = pytest.mark.browser
DAY = 86_400_000
# Click ids of the portal: version 7, so that a later one is greater.
EARLY, LATE = "019aa000000070008000000000000001", "019aa000000170008000000000000001"


@dataclass
class Storefront:
    """A shop with two pages, its Saleor on another origin, and a fresh browser profile."""

    pages: Pages
    checkouts: Checkouts
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        page.goto(self.pages.url + address)
        return page

    def tagged(self, *attributes: str) -> None:
        """Say this on the script's tag of every page."""
        for path in ("/", "/other"):
            self.pages.put(path, f'data-saleor-api="{self.checkouts.url}"', *attributes)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of this profile."""
        return {cookie["name"]: unquote(cookie["value"]) for cookie in self.context.cookies()}


@contextmanager
def opened(browser: Browser) -> Iterator[Storefront]:
    """The shop, and a profile that was never there."""
    with running_pages() as pages, running_checkouts() as checkouts:
        context = browser.new_context()
        storefront = Storefront(pages, checkouts, context)
        storefront.tagged()
        yield storefront
        context.close()


@pytest.fixture
def shop(chromium: str) -> Iterator[Storefront]:
    with running(chromium) as browser, opened(browser) as storefront:
        yield storefront


@pytest.fixture
def shop_that_is_kept(whole_chromium: str) -> Iterator[Storefront]:
    # Playwright starts Chromium without the cache that shoppers' browsers have.
    kept = ["--disable-back-forward-cache"]
    with running(whole_chromium, ignore_default_args=kept) as browser, opened(browser) as storefront:
        yield storefront


def get(page: Page) -> object:
    """Who sent the shopper, as this page knows it now."""
    return page.evaluate("referral.get()")


def stored(page: Page) -> object:
    """What lies in the browser's storage."""
    return page.evaluate("localStorage.getItem('referral')")


def attach(page: Page, checkout: str) -> object:
    """Tell this checkout."""
    return page.evaluate("id => referral.attach(id)", checkout)


def test_a_landing_is_remembered_on_later_pages(shop: Storefront) -> None:
    page = shop.open(f"/?ref=ADA&click={EARLY}")
    page.goto(f"{shop.pages.url}/other")
    assert get(page) == {"code": "ADA", "click": EARLY}
    assert get(shop.open("/other")) == {"code": "ADA", "click": EARLY}
    assert shop.complaints == []


def test_the_server_may_read_the_cookie(shop: Storefront) -> None:
    shop.open("/?ref=%E5%B0%8F%E7%BA%A2&click=c-1")
    kept = json.loads(shop.cookies["referral"])
    assert (kept["code"], kept["click"]) == ("小红", "c-1")
    now = datetime.now(UTC).timestamp() * 1000
    assert 29.9 * DAY < kept["until"] - now < 30.1 * DAY
    [cookie] = shop.context.cookies()
    assert (cookie["sameSite"], cookie["httpOnly"], cookie["path"]) == ("Lax", False, "/")
    assert 29.9 * 86_400 < cookie["expires"] - time.time() < 30.1 * 86_400


def test_nothing_is_remembered_of_a_visit_without_a_link(shop: Storefront) -> None:
    page = shop.open("/?utm_source=letter")
    assert (get(page), shop.cookies, stored(page)) == (None, {}, None)
    assert page.evaluate("referral.metadata()") == []


@pytest.mark.parametrize("touch, winner", [("last", "BEA"), ("first", "ADA")])
def test_the_first_or_the_last_link_counts(shop: Storefront, touch: str, winner: str) -> None:
    shop.tagged(f'data-touch="{touch}"')
    shop.open(f"/?ref=ADA&click={EARLY}")
    page = shop.open(f"/?ref=BEA&click={LATE}")
    assert page.evaluate("referral.get().code") == winner


def test_an_older_click_opened_again_is_not_the_last_link(shop: Storefront) -> None:
    shop.open(f"/?ref=BEA&click={LATE}")
    assert get(shop.open(f"/?ref=ADA&click={EARLY}")) == {"code": "BEA", "click": LATE}


def test_a_page_loaded_again_is_no_new_link(shop: Storefront) -> None:
    first = shop.open("/?ref=ADA")
    shop.open("/?ref=BEA")
    first.reload()
    assert get(first) == {"code": "BEA", "click": None}


def test_the_same_click_does_not_prolong_the_window(shop: Storefront) -> None:
    page = shop.open("/?ref=ADA&click=c-1")
    before = stored(page)
    assert stored(shop.open("/?ref=ADA&click=c-1")) == before


def test_the_window_is_as_long_as_the_tag_says_and_then_over(shop: Storefront) -> None:
    shop.tagged('data-days="2"')
    page = shop.open("/?ref=ADA")
    kept = page.evaluate("JSON.parse(localStorage.getItem('referral')).until - Date.now()")
    assert 1.9 * DAY < kept <= 2 * DAY
    page.clock.install()
    page.goto(f"{shop.pages.url}/other")
    page.clock.fast_forward(2 * DAY + 1000)
    assert get(page) is None


def test_a_shorter_window_does_not_keep_new_links_out(shop: Storefront) -> None:
    shop.tagged('data-days="365"')
    shop.open(f"/?ref=ADA&click={EARLY}")
    shop.tagged('data-days="7"')
    assert get(shop.open(f"/?ref=BEA&click={LATE}")) == {"code": "BEA", "click": LATE}


def test_whoever_agrees_late_does_not_undo_what_came_since(shop: Storefront) -> None:
    shop.tagged("data-consent")
    waiting = shop.open("/?ref=ADA")
    shop.tagged()
    shop.open("/?ref=BEA")
    waiting.evaluate("referral.consent(true)")
    assert get(waiting) == {"code": "BEA", "click": None}


def test_an_open_tab_knows_what_another_learnt(shop: Storefront) -> None:
    earlier = shop.open(f"/?ref=ADA&click={EARLY}")
    shop.open(f"/other?ref=BEA&click={LATE}")
    checkout = shop.checkouts.new()
    assert attach(earlier, checkout) is True
    assert shop.checkouts.metadata[checkout] == {"referral_code": "BEA", "referral_click": LATE}


def test_a_page_from_the_back_forward_cache_knows_what_happened_since(shop_that_is_kept: Storefront) -> None:
    shop = shop_that_is_kept
    page = shop.open(f"/?ref=ADA&click={EARLY}")
    page.evaluate("addEventListener('pageshow', event => { window.wasKept = event.persisted; })")
    page.evaluate("address => { location.href = address; }", f"{shop.pages.url}/other?ref=BEA&click={LATE}")
    page.wait_for_url("**/other*")
    page.wait_for_function("window.referral")
    page.evaluate("history.back()")
    page.wait_for_function("window.wasKept !== undefined")
    assert page.evaluate("window.wasKept") is True
    assert get(page) == {"code": "BEA", "click": LATE}


def test_before_consent_nothing_is_stored_and_afterwards_it_is(shop: Storefront) -> None:
    shop.tagged("data-consent", "data-clean")
    page = shop.open("/?ref=ADA&click=c-1")
    assert (shop.cookies, stored(page)) == ({}, None)
    assert page.url.endswith("/?ref=ADA&click=c-1")
    assert get(page) == {"code": "ADA", "click": "c-1"}
    page.evaluate("referral.consent(true)")
    assert json.loads(shop.cookies["referral"])["code"] == "ADA"
    assert page.url == f"{shop.pages.url}/"
    page.goto(f"{shop.pages.url}/other")
    assert get(page) == {"code": "ADA", "click": "c-1"}


def test_whoever_does_not_agree_is_forgotten_with_the_page(shop: Storefront) -> None:
    shop.tagged("data-consent")
    page = shop.open("/?ref=ADA")
    checkout = shop.checkouts.new()
    assert attach(page, checkout) is True
    page.goto(f"{shop.pages.url}/other")
    assert (get(page), shop.cookies, stored(page)) == (None, {}, None)


def test_consent_taken_back_erases_what_was_stored(shop: Storefront) -> None:
    page = shop.open("/?ref=ADA")
    page.evaluate("referral.consent(false)")
    assert (get(page), shop.cookies, stored(page)) == (None, {}, None)


def test_forgetting_is_complete(shop: Storefront) -> None:
    page = shop.open("/?ref=ADA")
    page.evaluate("referral.forget()")
    assert (get(page), shop.cookies, stored(page)) == (None, {}, None)


def test_the_address_bar_loses_ours_and_keeps_the_rest_letter_for_letter(shop: Storefront) -> None:
    shop.tagged("data-clean")
    page = shop.open("/?size=a%20b+c&ref=ADA&x=&click=c-1&preference=1#top")
    assert page.url == f"{shop.pages.url}/?size=a%20b+c&x=&preference=1#top"
    assert get(page) == {"code": "ADA", "click": "c-1"}


def test_the_address_bar_is_left_alone_unless_asked(shop: Storefront) -> None:
    assert shop.open("/?ref=ADA").url == f"{shop.pages.url}/?ref=ADA"


def test_a_ref_of_somebody_elses_is_passed_over_when_told_so(shop: Storefront) -> None:
    shop.tagged("data-strict")
    shop.open(f"/?ref=ADA&click={EARLY}")
    assert get(shop.open("/?ref=newsletter")) == {"code": "ADA", "click": EARLY}


def test_a_page_of_an_app_can_land_without_loading(shop: Storefront) -> None:
    page = shop.open("/")
    page.evaluate("referral.land('/products/mug?ref=ADA&click=c-1')")
    assert get(page) == {"code": "ADA", "click": "c-1"}


@pytest.mark.parametrize(
    "damaged", ["", "{", "null", "[]", '{"code":1,"until":9e15}', '{"code":"A","until":1}']
)
def test_damaged_or_old_memories_are_none(shop: Storefront, damaged: str) -> None:
    page = shop.open("/")
    page.evaluate("text => localStorage.setItem('referral', text)", damaged)
    shop.context.add_cookies([{"name": "referral", "value": "%E0%A4%A", "url": shop.pages.url}])
    assert get(page) is None
    assert get(shop.open("/?ref=ADA")) == {"code": "ADA", "click": None}


def test_where_nothing_can_be_stored_the_page_still_knows(shop: Storefront) -> None:
    frame_tag = '<iframe sandbox="allow-scripts" src="/?ref=ADA&click=c-1"></iframe>'
    shop.pages.files["/frame"] = f'<link rel="icon" href="data:,">{frame_tag}'
    page = shop.open("/frame")
    frame = page.frames[1]
    frame.wait_for_function("window.referral")
    assert frame.evaluate("referral.get()") == {"code": "ADA", "click": "c-1"}
    checkout = shop.checkouts.new()
    assert frame.evaluate("id => referral.attach(id)", checkout) is True
    assert shop.complaints == []


def test_loaded_twice_or_beside_an_element_of_its_name_it_works_once(shop: Storefront) -> None:
    shop.pages.put("/", body='<div id="referral"></div><script src="/partners.js" defer></script>')
    page = shop.open("/?ref=ADA")
    assert get(page) == {"code": "ADA", "click": None}
    assert page.evaluate("Object.isFrozen(referral)") is True


def test_the_checkout_is_told_once(shop: Storefront) -> None:
    page = shop.open("/?ref=ADA&click=c-1")
    checkout = shop.checkouts.new()
    told = page.evaluate(
        "id => Promise.all([referral.attach(id), referral.attach(id)]).then(() => referral.attach(id))",
        checkout,
    )
    assert told is True
    assert shop.checkouts.metadata[checkout] == {"referral_code": "ADA", "referral_click": "c-1"}
    assert shop.checkouts.updates == 1


def test_a_later_code_takes_the_earlier_ones_click_off_the_checkout(shop: Storefront) -> None:
    page = shop.open("/?ref=ADA&click=c-1")
    checkout = shop.checkouts.new()
    attach(page, checkout)
    page.goto(f"{shop.pages.url}/?ref=BEA")
    assert attach(page, checkout) is True
    assert shop.checkouts.metadata[checkout] == {"referral_code": "BEA", "referral_click": ""}


def test_the_keys_are_those_of_the_tag(shop: Storefront) -> None:
    shop.tagged('data-code-key="von"', 'data-click-key="mit"')
    page = shop.open("/?ref=ADA&click=c-1")
    checkout = shop.checkouts.new()
    attach(page, checkout)
    assert shop.checkouts.metadata[checkout] == {"von": "ADA", "mit": "c-1"}


def test_a_checkout_that_is_not_there_is_no_error(shop: Storefront) -> None:
    page = shop.open("/?ref=ADA")
    assert [attach(page, checkout) for checkout in ("", "nonsense", "Q2hlY2tvdXQ6MQ==")] == [False] * 3
    assert shop.complaints == []


def test_what_failed_is_tried_again_when_asked_again(shop: Storefront) -> None:
    page = shop.open("/?ref=ADA")
    checkout = shop.checkouts.new()
    shop.checkouts.is_down = True
    assert attach(page, checkout) is False
    shop.checkouts.is_down = False
    assert attach(page, checkout) is True
    assert shop.checkouts.metadata[checkout]["referral_code"] == "ADA"


def test_a_saleor_that_hangs_holds_nobody_up_for_long(shop: Storefront) -> None:
    page = shop.open("/?ref=ADA")
    shop.checkouts.seconds = 8
    began_at = time.monotonic()
    assert attach(page, shop.checkouts.new()) is False
    assert 4.5 < time.monotonic() - began_at < 7


def test_it_asks_nobody_but_the_shop_and_its_saleor(shop: Storefront) -> None:
    shop.pages.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src data:; script-src 'self'; connect-src {shop.checkouts.url}"
    )
    asked: list[str] = []
    shop.context.on("request", lambda request: asked.append(request.url))
    page = shop.open("/?ref=ADA&click=c-1")
    assert attach(page, shop.checkouts.new()) is True
    page.evaluate("referral.forget()")
    assert {url for url in asked if not url.startswith("data:")} == {
        f"{shop.pages.url}/?ref=ADA&click=c-1",
        f"{shop.pages.url}/partners.js",
        shop.checkouts.url,
    }
    assert shop.complaints == []


# Shapes of what lists against trackers hold: words in the path or the file's name, other origins, pixels and beacons.
_LISTED = re.compile(
    r"referral|affiliate|tracking|track\.|/click|analytics|beacon|pixel|/r/|adservice", re.IGNORECASE
)


def test_with_a_content_blocker_it_works_as_the_shops_own_script(shop: Storefront) -> None:
    own = (shop.pages.url, shop.checkouts.url)
    refused: list[str] = []

    def block(route: Route) -> None:
        url = route.request.url
        script_of_others = route.request.resource_type == "script" and not url.startswith(own)
        # The page itself is never blocked, whatever its address carries.
        if route.request.resource_type != "document" and (script_of_others or _LISTED.search(url)):
            refused.append(url)
            route.abort("blockedbyclient")
        else:
            route.continue_()

    shop.context.route("**/*", block)
    page = shop.open(f"/?ref=ADA&click={EARLY}")
    checkout = shop.checkouts.new()
    assert attach(page, checkout) is True
    assert get(shop.open("/other")) == {"code": "ADA", "click": EARLY}
    assert refused == []
    page.evaluate(
        "() => new Promise(end => { const tag = document.createElement('script');"
        " tag.src = '/referral.js'; tag.onload = tag.onerror = end; document.head.append(tag) })"
    )
    assert refused == [f"{shop.pages.url}/referral.js"]
