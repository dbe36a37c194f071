"""`distribution backup` and `distribution restore` with the real PostgreSQL: nothing lost, nothing half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from sqlalchemy import Engine

from distribution.adapters.queue.clicks import STREAM
from distribution.db import create_engine, transaction
from distribution.db.migrate import downgrade
from distribution.settlement.settle import settle
from tests.database import TestDatabases
from tests.factories import ACTOR
from tests.functional.command_line import Cli, command_line
from tests.lived import live, record
from tests.model.order import ModelLine, ModelOrder
from tests.saleor_orders import PLACED_AT

DAY = timedelta(days=1)
CLICK = {"code": "CODE1", "click": "c-waiting", "at": "2026-01-05T10:00:00+00:00", "url": "https://shop.test/",
         "ip_hash": "ab" * 16, "ua": "Mozilla/5.0"}  # fmt: skip


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return command_line(monkeypatch, capsys)


@pytest.fixture(scope="module")
def lived_url(module_database_url: str) -> str:
    """A program that has lived; nobody here changes it."""
    engine = create_engine(module_database_url)
    live(engine)
    engine.dispose()
    return module_database_url


@pytest.fixture(scope="module")
def taken(lived_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    file = tmp_path_factory.mktemp("backup") / "shop.backup"
    done = in_a_process("backup", str(file), url=lived_url).communicate()
    assert file.exists(), done
    return file


def in_a_process(*arguments: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from distribution.cli import main; main()", *arguments],
        env={**os.environ, "DISTRIBUTION_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def contents(url: str) -> dict[str, Any]:
    """Every row of every table, and all that is defined around them."""
    found: dict[str, Any] = {}
    with psycopg.connect(url) as connection:
        for (table,) in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'distribution' ORDER BY 1"
        ).fetchall():
            rows = connection.execute(f'SELECT each::text FROM distribution."{table}" AS each')
            found[table] = sorted(row for (row,) in rows)
        for name, query in _DEFINED.items():
            found[name] = connection.execute(query).fetchall()
    return found


_DEFINED = {
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'distribution' ORDER BY 1",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = 'distribution'::regnamespace"
    " AND NOT tgisinternal ORDER BY 1, 2",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'distribution'::regnamespace ORDER BY 1",
    # Not their words: PostgreSQL writes what it read back with other brackets.
    "constraints": "SELECT conrelid::regclass::text, conname, contype, convalidated FROM pg_constraint"
    " WHERE connamespace = 'distribution'::regnamespace ORDER BY 1, 2",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'distribution' ORDER BY 1",
}


def has_schema(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT to_regnamespace('distribution')").fetchone() != (None,)


def test_everything_comes_back_and_holds(
    cli: Cli, lived_url: str, empty_database_url: str, redis_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "shop.backup"
    with redis.Redis.from_url(redis_url) as connection:
        connection.xadd(STREAM, dict(CLICK))
        connection.xadd(STREAM, {**CLICK, "click": "c-odd", "code": "CODE1\x00"})
    wrote = cli("backup", str(file), DATABASE_URL=lived_url, REDIS_URL=redis_url)
    assert (wrote.returncode, wrote.stderr) == (0, "")
    assert "2 clicks that waited" in wrote.stdout
    assert "NOT IN IT: DISTRIBUTION_ENCRYPTION_KEYS" in wrote.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["shop.backup"]

    done = cli("restore", str(file), DATABASE_URL=empty_database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 2 clicks that waited count" in done.stdout
    assert "Everything agrees" in done.stdout
    assert "up to seal 2" in done.stdout
    before, after = contents(lived_url), contents(empty_database_url)
    assert len(after["clicks"]) == len(before["clicks"]) + 1
    assert "c-waiting" in after.pop("clicks")[0]
    before.pop("clicks")
    assert after == before
    with (
        psycopg.connect(empty_database_url) as connection,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        connection.execute("UPDATE distribution.commission_lines SET amount_minor = amount_minor + 1")


def test_one_moment_while_writers_write(
    cli: Cli, own_database_url: str, databases: TestDatabases, tmp_path: Path
) -> None:
    engine = create_engine(own_database_url)
    live(engine)
    with writing(engine) as written:
        wrote = cli("backup", str(tmp_path / "shop.backup"), DATABASE_URL=own_database_url)
    engine.dispose()
    assert wrote.returncode == 0, wrote.stderr
    assert len(written) > 3
    url = databases.create(migrated=False)
    done = cli("restore", str(tmp_path / "shop.backup"), DATABASE_URL=url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything agrees" in done.stdout
    databases.drop(url)


@contextmanager
def writing(engine: Engine) -> Iterator[list[int]]:
    """Orders are recorded and settled by another connection; gives the numbers of those that were."""
    ends, written = threading.Event(), list[int]()

    def write() -> None:
        placed_at = PLACED_AT + 70 * DAY
        line = ModelLine(1, 5_000, 5_500, shipments=[(placed_at + DAY, 1)])
        while not ends.is_set():
            name = f"meanwhile-{len(written)}"
            order = ModelOrder(name, "USD", placed_at, {"TEE": line}, code="CODE1", charged=5_500)
            with transaction(engine) as session:
                record(session, (order, placed_at + 2 * DAY))
            if len(written) % 5 == 0:
                settle(engine, actor=ACTOR, now=placed_at + 3 * DAY)
            written.append(len(written))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        ends.set()
        thread.join()


def test_nothing_is_overwritten(cli: Cli, lived_url: str, taken: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine"
    file.write_text("precious")
    refused = cli("backup", str(file), DATABASE_URL=lived_url)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "overwrites nothing" in refused.stderr
    assert file.read_text() == "precious"

    before = contents(lived_url)
    refused = cli("restore", str(taken), DATABASE_URL=lived_url)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "--replace" in refused.stderr
    assert contents(lived_url) == before


def test_what_is_there_is_given_up_only_when_asked(
    cli: Cli, lived_url: str, own_database_url: str, taken: Path
) -> None:
    with psycopg.connect(own_database_url) as connection:
        connection.execute("CREATE TABLE distribution.of_a_later_version (id int)")
    done = cli("restore", "--replace", str(taken), DATABASE_URL=own_database_url)
    assert done.returncode == 0, done.stderr
    assert contents(own_database_url) == contents(lived_url)


@pytest.mark.parametrize("share", [0.3, 0.9999])
def test_a_part_of_a_file_is_refused_and_leaves_nothing(
    cli: Cli, empty_database_url: str, taken: Path, tmp_path: Path, share: float
) -> None:
    part = tmp_path / "part"
    whole = taken.read_bytes()
    # The end of a tar is two empty blocks, and may be missing.
    part.write_bytes(whole[: int((len(whole) - 1024) * share)])
    refused = cli("restore", str(part), DATABASE_URL=empty_database_url)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert not has_schema(empty_database_url)


def test_a_changed_byte_is_refused(cli: Cli, empty_database_url: str, taken: Path, tmp_path: Path) -> None:
    whole = bytearray(taken.read_bytes())
    whole[len(whole) // 2] ^= 1
    changed = tmp_path / "changed"
    changed.write_bytes(whole)
    refused = cli("restore", str(changed), DATABASE_URL=empty_database_url)
    assert "checksum of database.dump does not hold" in refused.stderr
    assert not has_schema(empty_database_url)


def test_its_checksums_are_those_of_sha256sum(taken: Path) -> None:
    with tarfile.open(taken) as tar:
        read = {name: content.read() for name in tar.getnames() if (content := tar.extractfile(name))}
    for line in read["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert sha256(read[name]).hexdigest() == digest
    manifest = json.loads(read["manifest.json"])
    assert manifest["rows"]["orders"] > 0
    assert manifest["not_in_it"] == ["DISTRIBUTION_ENCRYPTION_KEYS", "DISTRIBUTION_SECRET_KEY"]


def test_a_database_that_was_never_migrated_is_told_so(
    cli: Cli, empty_database_url: str, tmp_path: Path
) -> None:
    refused = cli("backup", str(tmp_path / "shop.backup"), DATABASE_URL=empty_database_url)
    assert (refused.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "run `distribution migrate`" in refused.stderr


def test_an_older_backup_is_migrated(
    cli: Cli, own_database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    newest = contents(own_database_url)["alembic_version"]
    downgrade(own_database_url, "-1")
    file = str(tmp_path / "older.backup")
    assert cli("backup", file, DATABASE_URL=own_database_url).returncode == 0
    done = cli("restore", file, DATABASE_URL=empty_database_url)
    assert done.returncode == 0, done.stderr
    assert ", migrated to " in done.stdout
    assert contents(empty_database_url)["alembic_version"] == newest


@pytest.mark.parametrize("doing", ["COPY", "ALTER TABLE"])
def test_killed_while_it_loads_it_leaves_nothing(empty_database_url: str, taken: Path, doing: str) -> None:
    killed_while(doing, in_a_process("restore", str(taken), url=empty_database_url), empty_database_url)
    assert not has_schema(empty_database_url)


def test_killed_after_that_it_goes_on(cli: Cli, lived_url: str, empty_database_url: str, taken: Path) -> None:
    killed_while("ANALYZE", in_a_process("restore", str(taken), url=empty_database_url), empty_database_url)
    done = cli("restore", str(taken), DATABASE_URL=empty_database_url)
    assert done.returncode == 0, done.stderr
    assert contents(empty_database_url) == contents(lived_url)
    assert "--replace" in cli("restore", str(taken), DATABASE_URL=empty_database_url).stderr


def test_a_killed_backup_is_none_and_hinders_no_other(cli: Cli, lived_url: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    killed_while("COPY", in_a_process("backup", str(file), url=lived_url), lived_url)
    while file.exists():
        # It was quicker than the kill.
        file.unlink()
        killed_while("COPY", in_a_process("backup", str(file), url=lived_url), lived_url)
    assert cli("backup", str(file), DATABASE_URL=lived_url).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["shop.backup"]


def killed_while(doing: str, process: subprocess.Popen[str], url: str) -> None:
    """Kill a command once the server carries out such a statement for it, and wait until the server has noticed.

    One that ended before it could be killed has done all it should.
    """
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute(f"SELECT {others} AND query LIKE %s", [f"{doing}%"]).fetchall():
            if process.poll() is not None:
                break
            time.sleep(0.001)
        process.kill()
        said = process.communicate()
        assert process.returncode in {0, -signal.SIGKILL}, said
        deadline = time.monotonic() + 20
        while connection.execute(f"SELECT {others} AND backend_type = 'client backend'").fetchall():
            assert time.monotonic() < deadline, "somebody is still connected"
            time.sleep(0.005)
