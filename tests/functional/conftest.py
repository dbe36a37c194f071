"""The portal over a filled database, for HTTP clients and for browsers."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import redis
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from distribution.db import create_engine
from distribution.settings.environment import Settings
from portal import database, news
from portal.app import create_app
from portal.console.roles import ROLES
from tests.functional.console_client import ConsoleClient
from tests.functional.console_world import KEY, ConsoleWorld, build_console
from tests.functional.demo_program import DemoProgram, running_demo
from tests.functional.world import PASSWORD, World, build
from tests.serving import answering


def free_port() -> int:
    """A port nobody has, below those the system gives to connections."""
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


STOREFRONT = f"http://127.0.0.1:{free_port()}"


def portal_settings(
    database_url: str,
    redis_url: str,
    portal_url: str = "http://localhost",
    *,
    encryption_keys: str | None = None,
    saleor_api_url: str = "",
    metrics_token: str = "",
) -> Settings:
    """Settings of a portal under test."""
    return Settings.load(
        {
            "DISTRIBUTION_DATABASE_URL": database_url,
            "DISTRIBUTION_REDIS_URL": redis_url,
            "DISTRIBUTION_SECRET_KEY": "a secret that only tests have, long enough",
            "DISTRIBUTION_ENCRYPTION_KEYS": encryption_keys or Fernet.generate_key().decode(),
            "DISTRIBUTION_PORTAL_URL": portal_url,
            "DISTRIBUTION_STOREFRONT_URL": STOREFRONT,
            "DISTRIBUTION_MAIL_URL": "console:",
            "DISTRIBUTION_SALEOR_API_URL": saleor_api_url,
            "DISTRIBUTION_METRICS_TOKEN": metrics_token,
        }
    )


@pytest.fixture(scope="session")
def portal_program(shared_engine: Engine, database_url: str, redis_server_url: str) -> Flask:
    """The program behind `portal`: hundreds of addresses take a while to learn."""
    return create_app(portal_settings(database_url, redis_server_url), shared_engine, testing=True)


@pytest.fixture
def portal(portal_program: Flask, engine: Engine, redis_url: str) -> Flask:
    """The portal over an empty database, remembering nothing of the last one."""
    database.install(portal_program, engine)
    news.install(portal_program, engine)
    portal_program.extensions.pop("poked_at", None)
    return portal_program


@pytest.fixture
def client(portal: Flask) -> FlaskClient:
    """A stranger's browser without scripts."""
    return portal.test_client()


@pytest.fixture(scope="module")
def lived_in_engine(module_database_url: str) -> Iterator[Engine]:
    """An engine on a database that one module shares and leaves as it is."""
    engine = create_engine(module_database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def world(lived_in_engine: Engine) -> World:
    """A small living program."""
    return build(lived_in_engine, now=datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class LivePortal:
    """A portal that answers on a port."""

    url: str
    world: World
    app: Flask


@pytest.fixture(scope="module")
def live_portal(
    world: World, lived_in_engine: Engine, module_database_url: str, redis_server_url: str
) -> Iterator[LivePortal]:
    """The portal over the small living program, for browsers."""
    portal: list[Flask] = []

    def made(url: str) -> Flask:
        settings = portal_settings(module_database_url, redis_server_url, url)
        portal.append(create_app(settings, lived_in_engine, testing=True))
        return portal[0]

    with answering(made) as url:
        yield LivePortal(url, world, portal[0])


@pytest.fixture(scope="module")
def hero_session(live_portal: LivePortal) -> str:
    """The session cookie of the distributor whose program it is: logged in once, passwords are slow on purpose."""
    client = live_portal.app.test_client()
    log_in(client, live_portal.world.hero_email)
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


@pytest.fixture
def hero(live_portal: LivePortal, hero_session: str) -> FlaskClient:
    """The browser, without scripts, of the distributor whose program it is."""
    client = live_portal.app.test_client()
    client.set_cookie("session", hero_session)
    return client


@pytest.fixture(scope="module")
def shop(lived_in_engine: Engine) -> ConsoleWorld:
    """What a merchant's console has to show; the tests of one module share it."""
    return build_console(lived_in_engine, orders=24)


@pytest.fixture(scope="module")
def console_app(
    shop: ConsoleWorld, lived_in_engine: Engine, module_database_url: str, redis_server_url: str
) -> Flask:
    """The portal over it."""
    with redis.Redis.from_url(redis_server_url) as throttles:
        throttles.flushdb()
    return create_app(
        portal_settings(module_database_url, redis_server_url, encryption_keys=KEY),
        lived_in_engine,
        testing=True,
    )


@pytest.fixture(scope="module")
def console_sessions(console_app: Flask) -> dict[str, str]:
    """A session's cookie for each role: passwords are slow on purpose."""
    cookies = {}
    for role in ROLES:
        client = ConsoleClient(console_app)
        assert client.sign_in(role).status_code == 303
        cookie = client.browser.get_cookie("session")
        assert cookie is not None
        cookies[role] = cookie.value
    return cookies


@pytest.fixture
def console(console_app: Flask, console_sessions: dict[str, str]) -> Callable[[str], ConsoleClient]:
    """The console as a person of some role sees it: `console("finance")`."""

    def signed_in(role: str = "owner") -> ConsoleClient:
        client = ConsoleClient(console_app)
        client.browser.set_cookie("session", console_sessions[role])
        return client

    return signed_in


def token_of(client: FlaskClient, path: str) -> str:
    """The CSRF token of a page's form."""
    page = client.get(path).get_data(as_text=True)
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def log_in(client: FlaskClient, email: str, password: str = PASSWORD) -> None:
    """Log in as a person would."""
    answer = client.post(
        "/login", data={"csrf_token": token_of(client, "/login"), "email": email, "password": password}
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoProgram]:
    """The demo as `make demo` starts it, with its year; once for the whole run."""
    with running_demo(free_port()) as program:
        yield program
