"""Everybody can use every page: axe-core finds nothing, nothing is cut off, everything is large enough for a finger.

`make test` looks at the distributor's pages in two of the ways they are shown; `make prove` at every page of the demo
in all of them.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine, select

from distribution.db import transaction
from distribution.network.tables import Distributor
from distribution.promotion.poster.ask import ask
from distribution.promotion.poster.spec import PosterSpec
from distribution.promotion.poster.tables import FAILED
from tests.functional.browser import open_page, running
from tests.functional.conftest import LivePortal
from tests.functional.demo_program import DemoProgram
from tests.pictures.axe import violations
from tests.pictures.demo import DESK, PHONE, Demo, every_view
from tests.pictures.fits import misfits

pytestmark = pytest.mark.browser
PAGES = (
    "/",
    "/links",
    "/team",
    "/team?view=tree",
    "/orders",
    "/earnings",
    "/withdrawals",
    "/account",
    "/materials",
    "/posters",
    "/links/code",
)
NOW = datetime.now(UTC)
PUBLIC = ("/login", "/register", "/offline")


@pytest.mark.parametrize("language, theme", [("en-US", "light"), ("zh-CN", "dark")])
def test_the_distributors_pages_are_for_everybody(
    live_portal: LivePortal,
    lived_in_engine: Engine,
    hero_session: str,
    chromium: str,
    language: str,
    theme: str,
) -> None:
    more = (
        *_a_waiting_and_a_failed_poster(lived_in_engine, live_portal),
        _a_recruit(lived_in_engine, live_portal),
    )
    with running(chromium) as browser:
        page, _ = open_page(browser, language=language, color_scheme=theme, has_touch=True, is_mobile=True)
        found = _looked_at(page, [live_portal.url + path for path in PUBLIC])
        page.context.add_cookies([{"name": "session", "value": hero_session, "url": live_portal.url}])
        found |= _looked_at(page, [live_portal.url + path for path in (*PAGES, *more)])
    assert found == {}


@pytest.mark.prove
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_is_for_everybody(demo: DemoProgram, chromium: str, width: int) -> None:
    shown = Demo(demo.url)
    places = shown.places()
    views = every_view(widths=[width])
    found: dict[str, list[str]] = {}
    with running(chromium) as browser:
        for view in views:
            for who in sorted({place.who for place in places}):
                context = shown.looked_at(browser, who, view)
                addresses = [shown.url + place.path for place in places if place.who == who]
                for address, wrong in _looked_at(
                    context.new_page(), addresses, finger=width == PHONE
                ).items():
                    found[f"{view.name} {address}"] = wrong
                context.close()
    print(
        f"\naxe width={width} pages={len(places)} views={len(views)} looked_at={len(places) * len(views)}"
        f" with_findings={len(found)}"
    )
    assert found == {}


def _a_waiting_and_a_failed_poster(engine: Engine, portal: LivePortal) -> tuple[str, str]:
    """Their pages; no job makes posters here."""
    with transaction(engine) as session:
        waits, failed = (
            ask(
                session,
                portal.world.hero_id,
                PosterSpec(link="https://x.example/r/A", headline=words),
                now=NOW,
            )
            for words in ("It waits", "It failed")
        )
        failed.problem = FAILED
        return f"/posters/{waits.id}", f"/posters/{failed.id}"


def _a_recruit(engine: Engine, portal: LivePortal) -> str:
    """The page of somebody they invited."""
    with transaction(engine) as session:
        invited = select(Distributor.id).where(Distributor.sponsor_id == portal.world.hero_id)
        return f"/team/{session.scalars(invited.order_by(Distributor.id).limit(1)).one()}"


def _looked_at(page: Page, addresses: list[str], *, finger: bool = True) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        page.goto(address, wait_until="load")
        if wrong := [*violations(page), *misfits(page, finger=finger)]:
            found[address] = wrong
    return found
