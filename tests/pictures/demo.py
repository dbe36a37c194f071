"""The demo that pictures and measurements are taken of: who is logged in, and what there is to see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import requests
from playwright.sync_api import Browser, BrowserContext

from distribution.demo.brand import EMMA, OWNER, PASSWORD, Login
from tests.pictures.places import DISTRIBUTOR, MERCHANT, STRANGER, Place, Walk
from tests.pictures.routes import routes

LOGINS = {DISTRIBUTOR: EMMA, MERCHANT: OWNER}
LANGUAGES = ("en", "zh_Hans")
THEMES = ("light", "dark")
PHONE, DESK = 390, 1440
_HEIGHTS = {PHONE: 844, DESK: 900}


@dataclass(frozen=True, slots=True)
class View:
    """How a page is looked at."""

    theme: str = "light"
    language: str = "en"
    width: int = PHONE

    @property
    def name(self) -> str:
        """`light-en-390`."""
        return f"{self.theme}-{self.language}-{self.width}"


@dataclass
class Demo:
    """A demo that answers at `url`; people log in once."""

    url: str
    _sessions: dict[str, requests.Session] = field(default_factory=dict)

    def places(self) -> list[Place]:
        """Every page of strangers, of Emma and of the owner."""
        known = routes()
        found: list[Place] = []
        for who in (STRANGER, DISTRIBUTOR, MERCHANT):
            found.extend(Walk(self.url, self.logged_in(who), known, who).places())
        return found

    def logged_in(self, who: str) -> requests.Session:
        """A browser without scripts."""
        if who not in self._sessions:
            self._sessions[who] = log_in(self.url, LOGINS[who]) if who in LOGINS else requests.Session()
        return self._sessions[who]

    def looked_at(
        self, browser: Browser, who: str, view: View, *, scale: float = 1, workers: bool = False
    ) -> BrowserContext:
        """A fresh profile of somebody, with the view's language and theme; `workers`: service workers too."""
        context = browser.new_context(
            viewport={"width": view.width, "height": _HEIGHTS[view.width]},
            device_scale_factor=scale,
            is_mobile=view.width == PHONE,
            has_touch=view.width == PHONE,
            service_workers="allow" if workers else "block",
            reduced_motion="reduce",
        )
        chosen = {"theme": view.theme, "language": view.language}
        held = {cookie.name: cookie.value or "" for cookie in self.logged_in(who).cookies}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in (held | chosen).items()]
        )
        return context


def log_in(url: str, login: Login) -> requests.Session:
    """Log in with the password that the demo prints."""
    browser = requests.Session()
    page = f"{url}/login" if login.role == "distributor" else f"{url}/console/login"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page, timeout=60).text)
    assert token is not None, page
    data = {"csrf_token": token[1], "email": login.email, "password": PASSWORD}
    answer = browser.post(page, data=data, timeout=60, allow_redirects=False)
    assert answer.status_code == 303, answer.text[:500]
    return browser


def every_view(
    themes: Sequence[str] = THEMES,
    languages: Sequence[str] = LANGUAGES,
    widths: Sequence[int] = (PHONE, DESK),
) -> list[View]:
    """Both themes, both languages, a phone and a desk."""
    return [View(theme, language, width) for theme in themes for language in languages for width in widths]
