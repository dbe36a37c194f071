"""Somebody at a browser: what they see, and what they do by the names that things have in their language."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from playwright.sync_api import Browser, Locator, expect

from tests.functional.browser import leaving, open_page
from tests.functional.journeys.ways import Way

_ACCEPTED = {"en": "en-US", "zh_Hans": "zh-CN"}
_REFUSED = re.compile("status of (422|429)")


class Person(ABC):
    """By pointer or by keyboard; an address is typed once, or comes out of a mail."""

    def __init__(self, browser: Browser, way: Way) -> None:
        self.way, self.words = way, way.words
        self.page, self._complaints = open_page(
            browser,
            phone=way.screen == "phone",
            language=_ACCEPTED[way.language],
            permissions=["clipboard-read", "clipboard-write"],
            reduced_motion="reduce",
            has_touch=way.screen == "phone",
        )

    @property
    def complaints(self) -> list[str]:
        """What the browser complained of, except that a form was refused."""
        return [each for each in self._complaints if not _REFUSED.search(each)]

    def arrive(self, address: str) -> None:
        """Open an address."""
        self.page.goto(address, wait_until="domcontentloaded")

    def follow(self, text: str, *, within: str = "body", **values: object) -> None:
        """A link, to another page."""
        called = self.words(text, **values)
        self.follow_named(called, within=within)

    def follow_named(self, called: str, *, within: str = "body") -> None:
        """A link that no catalogue knows, such as an order's number."""
        with leaving(self.page):
            self._act(self._seen(within).get_by_role("link", name=_alone(called)), called)

    def enter(self, text: str) -> None:
        """A page of a list that says beneath its name what is on it."""
        called = self.words(text)
        name = self.page.get_by_text(called, exact=True)
        with leaving(self.page):
            self._act(self._seen("main").get_by_role("link").filter(has=name), called)

    def send(self, text: str, *, within: str = "body", **values: object) -> None:
        """A button that sends its form."""
        called = self.words(text, **values)
        with leaving(self.page):
            self._act(self._seen(within).get_by_role("button", name=called, exact=True), called)

    def press(self, text: str, *, within: str = "body") -> None:
        """A button that does something here."""
        called = self.words(text)
        self._act(self._seen(within).get_by_role("button", name=called, exact=True), called)

    def unfold(self, text: str, *, within: str = "body") -> None:
        """Something that opens and closes."""
        called = self.words(text)
        self._act(self._seen(within).locator("summary").filter(has_text=called), called)

    def go(self, text: str) -> None:
        """A page of the navigation, or of the menu behind one's own name: on a phone not all have room."""
        link = self.page.get_by_role("link", name=_alone(self.words(text)))
        if not any(each.is_visible() for each in link.all()):
            self.open_menu()
        self.follow(text)

    def log_out(self) -> None:
        """By the same menu."""
        self.open_menu()
        self.send("Log out", within="details[open]")

    def open_menu(self) -> None:
        """What is behind one's own name."""
        self._act(self.page.locator("details.menu > summary").filter(visible=True), "the menu")

    def confirm(self, text: str, *, beside: str) -> None:
        """A button of one row of a list, about which the browser asks once more."""
        self.page.once("dialog", lambda asked: asked.accept())
        row = self.page.get_by_role("listitem").filter(has_text=beside)
        with leaving(self.page):
            self._act(row.get_by_role("button", name=self.words(text), exact=True), text)

    def fill(self, text: str, value: str, *, within: str = "body") -> None:
        """A field."""
        self.fill_named(self.words(text), value, within=within)

    def fill_named(self, called: str, value: str, *, within: str = "body") -> None:
        """A field whose name is in no catalogue."""
        self._enter(self._seen(within).get_by_label(called, exact=True), called, value)

    def tick(self, text: str, **values: object) -> None:
        """A box that is empty."""
        called = self.words(text, **values)
        box = self.page.get_by_role("checkbox", name=called, exact=True)
        self._tick(box, called)
        expect(box).to_be_checked()

    def sees(self, text: str, *, context: str | None = None, **values: object) -> None:
        """Words, wherever they are."""
        self.sees_named(self.words(text, context=context, **values))

    def sees_named(self, said: str) -> None:
        """Words that no catalogue knows."""
        expect(self.page.get_by_text(said).filter(visible=True).first).to_be_visible()

    def reads(self, selector: str) -> str:
        """What stands there."""
        return self.page.locator(selector).first.inner_text()

    def stands_on(self, text: str) -> None:
        """A field with that name has the focus, as it should where something was refused."""
        expect(self.page.get_by_label(self.words(text), exact=True)).to_be_focused()

    def _seen(self, within: str) -> Locator:
        return self.page.locator(within)

    @abstractmethod
    def _act(self, target: Locator, called: str) -> None:
        """Use a link, a button, or what unfolds."""

    @abstractmethod
    def _tick(self, target: Locator, called: str) -> None:
        """Tick a box."""

    @abstractmethod
    def _enter(self, target: Locator, called: str, value: str) -> None:
        """Put a value into a field in place of what is there."""


def _alone(called: str) -> re.Pattern[str]:
    """That name, and at most how many wait there."""
    return re.compile(rf"^{re.escape(called)}\s*[\d,]*$")
