"""Servers, databases and what was left out: see CONTRIBUTING.md for how tests use these fixtures."""

from __future__ import annotations

import faulthandler
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.adapters.embedded import running_postgres, running_redis
from distribution.db import create_engine
from distribution.privacy.password import hash_with
from tests.compiled import compile_templates_once
from tests.database import TestDatabases
from tests.left_out import LONG_PROOFS, chromium_path, long_proofs, report_left_out

_TOLD = pytest.StashKey[int]()

# A shared machine stalls now and then; that is no defect of the code under test. `make test` draws the same examples
# every time, so that it fails for what was changed; `make prove` looks for new ones.
hypothesis.settings.register_profile("test", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.register_profile("prove", deadline=None, print_blob=True)
hypothesis.settings.load_profile("test")

# Passwords are slow to hash on purpose: a third of a second each, and tests have hundreds of people log in.
hash_with(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

compile_templates_once()

DATABASE_FIXTURES = {"database_url", "engine", "session"}


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    """Where the embedded servers of this run keep their data; short, because sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="distribution-tests-") as name:
        # The database server's own account must get to its folder below.
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="session")
def databases(server_directory: Path) -> Iterator[TestDatabases]:
    """The PostgreSQL server of this run, with a migrated template to make databases from."""
    with ExitStack() as stack:
        server_url = os.environ.get("DISTRIBUTION_TEST_DATABASE_URL")
        if not server_url:
            server = stack.enter_context(running_postgres(server_directory / "postgres", durable=False))
            server_url = server.url()
        databases = TestDatabases(server_url)
        stack.callback(databases.drop_all)
        yield databases


@pytest.fixture(scope="session")
def database_url(databases: TestDatabases) -> str:
    """One migrated database for the whole run; emptied after every test that used it, an engine or a session."""
    return databases.create()


@pytest.fixture(scope="session")
def shared_engine(database_url: str) -> Iterator[Engine]:
    """The engine behind `engine`, kept open from test to test."""
    engine = create_engine(database_url, pool_size=20, max_overflow=30)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(shared_engine: Engine) -> Engine:
    """An engine on `database_url`; as many connections as a concurrency test wants."""
    return shared_engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A real session, which may commit; what it has not committed is rolled back when the test ends."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def own_database_url(databases: TestDatabases) -> Iterator[str]:
    """A migrated database that only this test sees, for what emptying cannot undo."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture(scope="module")
def module_database_url(databases: TestDatabases) -> Iterator[str]:
    """A migrated database that the tests of one module share and fill as they like."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: TestDatabases) -> Iterator[str]:
    """A database without any migration."""
    url = databases.create(migrated=False)
    yield url
    databases.drop(url)


@pytest.fixture(autouse=True)
def _emptied_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if DATABASE_FIXTURES & set(request.fixturenames):
        databases: TestDatabases = request.getfixturevalue("databases")
        databases.empty(request.getfixturevalue("database_url"))


@pytest.fixture(scope="session")
def redis_server_url(server_directory: Path) -> Iterator[str]:
    """The Redis server of this run."""
    url = os.environ.get("DISTRIBUTION_TEST_REDIS_URL")
    if url:
        yield url
        return
    with running_redis(server_directory / "redis", durable=False) as server:
        yield server.url


@pytest.fixture
def redis_url(redis_server_url: str) -> Iterator[str]:
    """An empty Redis."""
    with redis.Redis.from_url(redis_server_url) as client:
        client.flushdb()
    yield redis_server_url
    with redis.Redis.from_url(redis_server_url) as client:
        client.flushdb()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; skips where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium (apt-get install chromium, or DISTRIBUTION_TEST_CHROMIUM=/path/to/it)")
    return path


@pytest.fixture(scope="session")
def whole_chromium() -> str:
    """The browser with its windows, for the little that cannot do without; skips where there is none."""
    path = chromium_path(whole=True)
    if path is None:
        pytest.skip("only a Chromium without windows (apt-get install chromium)")
    return path


@pytest.fixture(scope="session")
def saleor_url() -> str:
    """The GraphQL address of a real Saleor; skips where there is none."""
    url = os.environ.get("DISTRIBUTION_TEST_SALEOR_URL")
    if not url:
        pytest.skip("no Saleor (DISTRIBUTION_TEST_SALEOR_URL=http://.../graphql/)")
    return url


def pytest_configure(config: pytest.Config) -> None:
    """Long proofs draw new examples each time."""
    if config.getoption("markexpr") == "prove":
        hypothesis.settings.load_profile("prove")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the folder they lie in."""
    for item in items:
        for kind in ("integration", "functional", "saleor"):
            if kind in item.path.parts:
                item.add_marker(kind)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A long proof takes what it takes: nobody watches it for standing still."""
    if item.get_closest_marker("prove"):
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Longest first, and what shares a demo together."""
    if config.getvalue("dist") != "loadfile":
        return None
    from tests.schedule import FileByFile

    config.option.loadscopereorder = False
    return FileByFile(config, log)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """A worker process tells whoever started it what it passed over."""
    told = getattr(items[0].config, "workeroutput", None)
    if told is not None:
        told[LONG_PROOFS] = long_proofs(items)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker passes over the same; one that was killed tells nothing."""
    node.config.stash[_TOLD] = getattr(node, "workeroutput", {}).get(LONG_PROOFS, 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out and why."""
    report_left_out(terminalreporter, terminalreporter.config.stash.get(_TOLD, 0))
