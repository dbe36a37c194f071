"""`distribution doctor`: a line for everything that must be there, and exit 1 when something is not."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from cryptography.fernet import Fernet
from rq import Worker
from sqlalchemy import Engine, text

from distribution.adapters.queue import QUEUE
from distribution.adapters.saleor.app.installation import install
from distribution.db import create_engine, transaction
from distribution.privacy.encryption import Cipher
from jobs.schedule import Scheduler
from tests.functional.command_line import Cli, command_line
from tests.saleor_server import Shop, running_shop


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return command_line(monkeypatch, capsys)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


@pytest.fixture
def settings(shop: Shop, own_database_url: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": own_database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(32),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PORTAL_URL": "https://partners.example.com",
        "STOREFRONT_URL": "https://shop.example.com",
        "SALEOR_API_URL": shop.url,
        "SALEOR_TOKEN": shop.token,
        "MAIL_URL": f"file://{tmp_path}/mail",
        "MEDIA_DIR": str(tmp_path),
    }


@pytest.fixture
def alive(redis_url: str) -> Iterator[None]:
    """A worker and a scheduler that have just been heard of."""
    with redis.Redis.from_url(redis_url) as connection:
        worker = Worker([QUEUE], connection=connection)
        worker.register_birth()
        worker.heartbeat()
        scheduler = Scheduler(connection)
        scheduler.register_birth()
        yield
        scheduler.register_death()


@pytest.fixture
def own_engine(own_database_url: str) -> Iterator[Engine]:
    engine = create_engine(own_database_url)
    yield engine
    engine.dispose()


def failing(stdout: str) -> dict[str, str]:
    lines = [line.partition(": ") for line in stdout.splitlines()]
    assert all(line[0][:4] in ("ok  ", "FAIL") for line in lines)
    return {subject[6:]: seen for subject, _, seen in lines if subject.startswith("FAIL")}


@pytest.mark.usefixtures("alive")
def test_all_is_well(cli: Cli, settings: dict[str, str]) -> None:
    done = cli("doctor", **settings)

    assert failing(done.stdout) == {}
    assert done.returncode == 0
    for subject in (
        *settings,
        "database",
        "queue",
        "worker",
        "scheduler",
        "saleor",
        "mail",
        "plugin",
        "inbox",
    ):
        assert f"{subject}: " in done.stdout


def test_each_missing_setting_has_its_line_and_no_secret_is_shown(cli: Cli, settings: dict[str, str]) -> None:
    done = cli("doctor", **{**settings, "SECRET_KEY": "short-secret", "MAIL_URL": ""})

    assert done.returncode == 1
    found = failing(done.stdout)
    assert "at least 32" in found["DISTRIBUTION_SECRET_KEY"]
    assert found["DISTRIBUTION_MAIL_URL"].startswith("is missing")
    assert "short-secret" not in done.stdout


def test_nobody_works(cli: Cli, settings: dict[str, str]) -> None:
    assert set(failing(cli("doctor", **settings).stdout)) == {"worker", "scheduler"}


@pytest.mark.usefixtures("alive")
def test_whatever_is_away_is_named(
    cli: Cli, settings: dict[str, str], shop: Shop, empty_database_url: str
) -> None:
    shop.status = 502
    away = {
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "MAIL_URL": "smtp://127.0.0.1:1",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x",
    }

    found = failing(cli("doctor", **{**settings, **away}).stdout)

    assert set(found) == {"database", "queue", "saleor", "mail"}
    assert found["saleor"] == "Saleor answers 502"
    unmigrated = failing(cli("doctor", **{**settings, "DATABASE_URL": empty_database_url}).stdout)
    assert "alembic_version" in unmigrated["database"]


@pytest.mark.usefixtures("alive")
def test_a_token_that_may_not_read_orders_is_said(cli: Cli, settings: dict[str, str]) -> None:
    found = failing(cli("doctor", **{**settings, "SALEOR_TOKEN": "another"}).stdout)

    assert "MANAGE_ORDERS" in found["saleor"]


@pytest.mark.usefixtures("alive")
def test_the_token_of_the_installed_app_is_enough(
    cli: Cli, settings: dict[str, str], shop: Shop, own_engine: Engine
) -> None:
    without = {**settings, "SALEOR_TOKEN": ""}
    assert set(failing(cli("doctor", **without).stdout)) == {"DISTRIBUTION_SALEOR_TOKEN"}
    with transaction(own_engine) as session:
        install(
            session,
            api_url=shop.url,
            app_id="QXBwOjE=",
            saleor_version="3.23",
            token=shop.token,
            cipher=Cipher([settings["ENCRYPTION_KEYS"]]),
            now=datetime.now(UTC),
        )

    done = cli("doctor", **without)

    assert failing(done.stdout) == {}
    assert "DISTRIBUTION_SALEOR_TOKEN: is not set: the installed App's is used" in done.stdout
    assert "saleor: 3.23.28 answers Distribution" in done.stdout


@pytest.mark.usefixtures("alive")
def test_what_failed_while_nobody_looked_is_said(
    cli: Cli, settings: dict[str, str], own_engine: Engine
) -> None:
    with transaction(own_engine) as session:
        for statement in (
            (
                "INSERT INTO distribution.inbox (kind, subject_id, hook, last_error) "
                "VALUES ('order', 'o', 'order_updated', 'Saleor does not answer')"
            ),
            (
                "INSERT INTO distribution.bad_snapshots (source, external_id, observed_at, error, answer) "
                "VALUES ('saleor', 'o', now(), 'total: no amount', 'null')"
            ),
            (
                "INSERT INTO distribution.outbox (kind, dedupe_key, payload, failed_at, last_error) "
                "VALUES ('mail', 'm', '{}', now(), 'refused')"
            ),
            (
                "INSERT INTO distribution.job_runs (name, started_at, failures, last_error) "
                "VALUES ('settle_daily', now(), 3, 'WritersBusy')"
            ),
            "INSERT INTO distribution.verifications (differences, checked) VALUES ('[{}]', '{}')",
        ):
            session.execute(text(statement))

    found = failing(cli("doctor", **settings).stdout)

    assert found.keys() == {"inbox", "orders", "outbox", "jobs", "proof"}
    assert "Saleor does not answer" in found["inbox"]
    assert "settle_daily failed 3 times: WritersBusy" in found["jobs"]


@pytest.mark.usefixtures("alive")
def test_the_last_signal_of_the_plugin_is_shown(
    cli: Cli, settings: dict[str, str], own_engine: Engine
) -> None:
    last = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    with transaction(own_engine) as session:
        session.execute(
            text(
                "INSERT INTO distribution.job_runs (name, started_at, facts) "
                "VALUES ('drain_inbox', now(), jsonb_build_object('last_signal_at', CAST(:last AS text)))"
            ),
            {"last": last},
        )

    assert "plugin: last signal 5 minutes ago" in cli("doctor", **settings).stdout
