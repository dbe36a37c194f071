"""A real Saleor with the plugin installed, and the database and Redis its plugin was told of."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faulty_servers import FaultyPostgres, FaultyRedis
from tests.saleor.client import Saleor
from tests.saleor.shop import Channel, Shop
from tests.saleor.versions import understood

HEALTH = "/plugins/global/distribution/health"
PROBABLY_EVERY_PROCESS = 24


def variable(name: str) -> str:
    """A variable that these tests need; skips without it."""
    full_name = f"DISTRIBUTION_TEST_SALEOR_{name}"
    value = os.environ.get(full_name)
    if not value:
        pytest.skip(f"no Saleor with the plugin ({full_name} is not set)")
    return value


@pytest.fixture(scope="session")
def shop(saleor_url: str) -> Shop:
    """The shop, driven as staff."""
    return Shop(Saleor(saleor_url, variable("EMAIL"), variable("PASSWORD")))


@pytest.fixture
def lab_url(saleor_url: str, shop: Shop) -> Iterator[str]:
    """Where the lab is driven, so that this version understands it."""
    with understood(saleor_url, shop.version) as url:
        yield url


@dataclass(frozen=True)
class PluginServers:
    """What Saleor's plugin writes to; a server is None when it is not ours to stop."""

    database_url: str
    postgres: FaultyPostgres | None
    redis: FaultyRedis | None


@pytest.fixture(scope="session")
def plugin_servers(server_directory: Path) -> Iterator[PluginServers]:
    """The servers that were named to Saleor's plugin: those that answer there, or else our own in their place."""
    database_url, redis_url = variable("DATABASE_URL"), variable("REDIS_URL")
    with ExitStack() as stack:
        postgres = redis = None
        if port := _free_port_of(database_url):
            postgres = FaultyPostgres(server_directory / "plugin-postgres", port)
            stack.callback(postgres.close)
            postgres.start()
        if port := _free_port_of(redis_url):
            redis = FaultyRedis(server_directory / "plugin-redis", port)
            stack.callback(redis.close)
            redis.start()
        yield PluginServers(database_url, postgres, redis)


class Inbox:
    """What has come into the inbox since this object was made."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._since = self._connection.execute(
            "SELECT coalesce(max(id), 0) FROM distribution.inbox"
        ).fetchone()

    def rows(self) -> list[tuple[Any, ...]]:
        """Kind, subject, hook and referral, in the order they came."""
        query = "SELECT kind, subject_id, hook, referral FROM distribution.inbox WHERE id > %s ORDER BY id"
        return self._connection.execute(query, self._since).fetchall()

    def hooks_of(self, subject_id: str, *, last: str) -> list[str]:
        """The hooks that told of this subject, once the last of them has."""
        end = time.monotonic() + 10
        while True:
            hooks = [row[2] for row in self.rows() if row[1] == subject_id]
            if last in hooks or time.monotonic() > end:
                return hooks
            time.sleep(0.05)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


@pytest.fixture
def inbox(plugin_servers: PluginServers, channel: Channel) -> Iterator[Inbox]:
    """The inbox behind the plugin."""
    inbox = Inbox(plugin_servers.database_url)
    yield inbox
    inbox.close()


@pytest.fixture
def channel(shop: Shop, plugin_servers: PluginServers) -> Iterator[Channel]:
    """A channel to sell in, with the plugin switched on and well."""
    channel = shop.channel()
    shop.plugin()
    wait_until_well(shop)
    yield channel
    shop.plugin()


def healths(shop: Shop) -> dict[int, dict[str, Any]]:
    """The health of every server process that answered, by process id."""
    answers = [shop.saleor.page(HEALTH).json() for _ in range(PROBABLY_EVERY_PROCESS)]
    return {answer["pid"]: answer for answer in answers}


def wait_until_well(shop: Shop, seconds: float = 60.0) -> None:
    """Return when every server process writes again."""
    end = time.monotonic() + seconds
    while any(health["breaker"] != "closed" for health in healths(shop).values()):
        assert time.monotonic() < end, healths(shop)
        time.sleep(0.2)


def _free_port_of(url: str) -> int | None:
    """The port of this address when nobody answers there and we could serve it."""
    parts = urlsplit(url)
    if parts.hostname != "127.0.0.1" or parts.port is None:
        return None
    with socket.socket() as trial:
        return None if trial.connect_ex(("127.0.0.1", parts.port)) == 0 else parts.port
