"""`distribution doctor`: a line for everything that must be there, and exit 1 when something is not."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import redis
from cryptography.fernet import Fernet
from rq import Worker
from sqlalchemy import Engine, text

from distribution.adapters.queue import QUEUE
from distribution.adapters.saleor.app.installation import install
from distribution.commission.accrue import accrue
from distribution.db import create_engine, transaction
from distribution.orders.snapshot import OrderSnapshot
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from jobs.schedule import Scheduler
from tests.factories import ACTOR, a_distributor
from tests.functional.command_line import Cli, Done, command_line
from tests.saleor_orders import Line, saleor_order, snapshot_of
from tests.saleor_server import Shop, running_shop


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return command_line(monkeypatch, capsys)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        shop.pages["/plugins/global/distribution/health"] = (200, HEALTH)
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


HEALTH = {"breaker": "closed", "version": version("saleor-distribution")}


def failing(stdout: str) -> dict[str, str]:
    """What is broken, by subject; each check has one line, and what to do is told below."""
    checks, _, _advice = stdout.partition("\n\n")
    lines = [line.partition(": ") for line in checks.splitlines()]
    assert all(line[0][:4] in ("ok  ", "warn", "FAIL") for line in lines)
    return {subject[6:]: seen for subject, _, seen in lines if subject.startswith("FAIL")}


def advised(done: Done, code: str) -> dict[str, Any]:
    """The finding of this code, which must be there, with a reason and a next step."""
    found = next(each for each in json.loads(done.stdout)["checks"] if each["code"] == code)
    assert found["why"]
    assert found["next"]
    assert "%(" not in found["seen"] + found["why"] + found["next"]
    assert done.returncode == (1 if found["state"] == "bad" else 0) or found["state"] == "warn"
    return dict(found)


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

    assert "signals: the last one came 5 minutes ago" in cli("doctor", **settings).stdout


@pytest.mark.usefixtures("alive")
def test_a_plugin_that_is_not_there_off_old_or_unwell(cli: Cli, settings: dict[str, str], shop: Shop) -> None:
    health, anyhow = "/plugins/global/distribution/health", "/plugins/distribution/health"
    shop.pages = {}
    assert "pip install" in advised(cli("doctor", "--json", **settings), "plugin.absent")["next"]
    shop.pages = {anyhow: (200, HEALTH)}
    assert "Active, Save" in advised(cli("doctor", "--json", **settings), "plugin.inactive")["next"]
    shop.pages = {health: (200, {**HEALTH, "version": "0.0.1"})}
    assert "0.0.1" in advised(cli("doctor", "--json", **settings), "plugin.other_version")["seen"]
    unset = {"breaker": "unconfigured", "wrong_variables": ["DISTRIBUTION_REDIS_URL"]}
    shop.pages = {health: (503, unset)}
    assert "DISTRIBUTION_REDIS_URL" in advised(cli("doctor", "--json", **settings), "plugin.unwell")["seen"]


@pytest.mark.usefixtures("alive")
def test_a_token_that_may_not_do_what_is_needed(
    cli: Cli, settings: dict[str, str], shop: Shop, own_engine: Engine
) -> None:
    shop.permissions = ()
    lacking = advised(cli("doctor", "--json", **settings), "saleor.permissions")
    assert lacking["facts"]["missing"] == "MANAGE_ORDERS"
    assert "tick MANAGE_ORDERS" in lacking["next"]
    with transaction(own_engine) as session:
        vouchers = {"voucher_id": "Vm91Y2hlcjox"}
        program.change(session, {"vouchers": vouchers}, actor=ACTOR, now=datetime.now(UTC))
    shop.permissions = ("MANAGE_ORDERS",)
    lacking = advised(cli("doctor", "--json", **settings), "saleor.permissions")
    assert lacking["facts"]["missing"] == "MANAGE_DISCOUNTS"
    shop.permissions = ("MANAGE_ORDERS", "MANAGE_DISCOUNTS")
    assert "copy the id" in advised(cli("doctor", "--json", **settings), "voucher.missing")["next"].lower()
    shop.app_is_active = False
    advised(cli("doctor", "--json", **settings), "saleor.no_app")


@pytest.mark.usefixtures("alive")
def test_webhooks_that_fail_and_clocks_that_differ(cli: Cli, settings: dict[str, str], shop: Shop) -> None:
    shop.deliveries = ("SUCCESS", "FAILED", "FAILED")
    assert advised(cli("doctor", "--json", **settings), "app.failing")["facts"]["count"] == 2
    shop.clock_ahead = timedelta(minutes=3)
    differs = advised(cli("doctor", "--json", **settings), "clock.differs")
    assert (differs["facts"]["whose"], 170 < differs["facts"]["seconds"] < 190) == ("Saleor", True)
    assert "timedatectl" in differs["next"]


@pytest.mark.usefixtures("alive")
def test_a_schema_that_is_behind_or_from_the_future(
    cli: Cli, settings: dict[str, str], own_engine: Engine
) -> None:
    for found, code in (("0012", "database.behind"), ("9999", "database.ahead")):
        with transaction(own_engine) as session:
            session.execute(
                text("UPDATE distribution.alembic_version SET version_num = :found"), {"found": found}
            )
        assert advised(cli("doctor", "--json", **settings), code)["facts"]["found"] == found


@pytest.mark.usefixtures("alive")
def test_a_key_that_opens_nothing(cli: Cli, settings: dict[str, str], shop: Shop, own_engine: Engine) -> None:
    with transaction(own_engine) as session:
        install(
            session,
            api_url=shop.url,
            app_id="QXBwOjE=",
            saleor_version="3.23",
            token=shop.token,
            cipher=Cipher([Fernet.generate_key().decode()]),
            now=datetime.now(UTC),
        )
    lost = advised(cli("doctor", "--json", **settings), "keys.lost")
    assert "token_encrypted" in lost["seen"]
    assert "distribution keys rotate" in lost["next"]


@pytest.mark.usefixtures("alive")
def test_a_shop_that_passes_no_code_on_and_is_never_compared_with(
    cli: Cli, settings: dict[str, str], own_engine: Engine
) -> None:
    with transaction(own_engine) as session:
        emma = a_distributor(session, code="EMMA")
        session.execute(
            text(
                "INSERT INTO distribution.clicks (id, code_key, distributor_id, at)"
                " SELECT 'c' || n, 'EMMA', :emma, now() FROM generate_series(1, 7) AS n"
            ),
            {"emma": emma.id},
        )
        accrue(session, [an_order_without_a_code(number) for number in range(12)], now=datetime.now(UTC))
    done = cli("doctor", "--json", **settings)
    missing = advised(done, "storefront.no_code")
    assert (missing["facts"]["orders"], missing["facts"]["clicks"]) == (12, 7)
    assert "referral.js" in missing["next"]
    assert "distribution reconcile" in advised(done, "reconciliation.never")["next"]
    assert "publish" in advised(done, "plan.built_in")["next"]
    assert "merchant create" in advised(done, "owner.none")["next"]
    assert "a folder" in advised(done, "mail.nowhere")["seen"]
    assert done.returncode == 0

    with transaction(own_engine) as session:
        session.execute(
            text(
                "INSERT INTO distribution.reconciliations (source, since_at, started_at, finished_at, error)"
                " VALUES ('saleor', now(), now(), now(), :error)"
            ),
            {"error": "Saleor answers 502"},
        )
    assert "502" in advised(cli("doctor", "--json", **settings), "reconciliation.failing")["seen"]


def test_what_to_do_is_told_in_the_order_in_which_to_do_it(cli: Cli, settings: dict[str, str]) -> None:
    checks, _, advice = cli("doctor", **settings).stdout.partition("\n\n")
    assert "FAIL  worker" in checks
    assert advice.startswith("1. worker: none was heard of")
    assert "\n   Next: Start one and keep it running (systemd, Docker): distribution worker\n" in advice
    assert advice.index("scheduler") < advice.index("nobody can log in")


def an_order_without_a_code(number: int) -> OrderSnapshot:
    """A paid order nobody was named for."""
    line = Line("TEE", 1, "40.00", "44.00")
    now = datetime.now(UTC)
    order = saleor_order(line, order_id=f"o-{number}", charged="44", placed_at=now - timedelta(hours=1))
    return snapshot_of(order, now)
