"""A finger on a phone, a mouse at a desk."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.functional.journeys.person import Person


class ByPointer(Person):
    """Taps or clicks what is seen; types into what was tapped."""

    def _act(self, target: Locator, called: str) -> None:
        shown = target.filter(visible=True).first
        if self.way.screen == "phone":
            shown.tap()
        else:
            shown.click()

    def _tick(self, target: Locator, called: str) -> None:
        self._act(target, called)

    def _enter(self, target: Locator, called: str, value: str) -> None:
        self._act(target, called)
        target.filter(visible=True).first.fill(value)
