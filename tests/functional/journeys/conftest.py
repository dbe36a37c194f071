"""The place of all journeys, and the people who make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import redis
from flask import Flask
from playwright.sync_api import Browser

from distribution.db import create_engine
from portal.app import create_app
from tests.database import TestDatabases
from tests.functional.browser import running
from tests.functional.conftest import portal_settings
from tests.functional.journeys.by_keyboard import ByKeyboard
from tests.functional.journeys.by_pointer import ByPointer
from tests.functional.journeys.person import Person
from tests.functional.journeys.place import Place, furnish
from tests.functional.journeys.ways import Way
from tests.serving import answering


@pytest.fixture(scope="session")
def served(databases: TestDatabases, redis_server_url: str) -> Iterator[Place]:
    """One portal for all journeys of a run; each brings people of its own."""
    database_url = databases.create()
    engine = create_engine(database_url)
    furnish(engine)

    def made(url: str) -> Flask:
        return create_app(portal_settings(database_url, redis_server_url, url), engine, testing=True)

    with answering(made) as url:
        yield Place(url, engine)
    engine.dispose()
    databases.drop(database_url)


@pytest.fixture
def place(served: Place, redis_server_url: str) -> Place:
    """The same, where nobody tried too often yet."""
    with redis.Redis.from_url(redis_server_url) as throttles:
        throttles.flushdb()
    return served


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium without any profile."""
    with running(chromium) as browser:
        yield browser


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Callable[[Way], Person]]:
    """`somebody(way)` opens a browser of their own; in the end no browser may have complained."""
    people: list[Person] = []

    def new(way: Way) -> Person:
        people.append(ByKeyboard(browser, way) if way.hand == "keyboard" else ByPointer(browser, way))
        return people[-1]

    yield new
    assert [each.complaints for each in people if each.complaints] == []
