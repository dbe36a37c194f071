"""A year for the tax office on the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from distribution.audit.tables import AuditEntry
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher, new_key
from distribution.settings import program
from distribution.settlement.settle import settle
from distribution.tax.profile import Details, record_profile
from tests.functional.command_line import Cli, command_line
from tests.money import NOW, earn, person

KEY = new_key()


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return command_line(monkeypatch, capsys)


@pytest.fixture
def url(engine: Engine, session: Session, database_url: str) -> str:
    """A database with one statement of 100.00, of which a tenth was withheld."""
    rules = {"withholding": [{"brackets": [{"bps": 1_000}]}]}
    program.change(session, {"tax": rules}, actor="merchant:ada", now=NOW)
    ada = person(session)
    record_profile(
        session,
        session.get_one(Distributor, ada),
        country="DE",
        recipient="person",
        details=Details("+Ada", "1 Street", "36574261809"),
        self_billing=False,
        cipher=Cipher([KEY]),
        actor=f"distributor:{ada}",
        now=NOW,
    )
    earn(session, [(ada, 10_000)])
    session.commit()
    settle(engine, actor="job:test", now=NOW)
    return database_url


def test_a_year_by_country(cli: Cli, url: str) -> None:
    done = cli("tax", "year", "2026", DATABASE_URL=url)
    assert done.stdout.split() == ["USD", "DE", "1", "100.00", "10.00", "90.00"]
    assert cli("tax", "year", "2025", DATABASE_URL=url).stdout == ""


def test_a_year_as_a_table(cli: Cli, url: str) -> None:
    done = cli("tax", "year", "2026", "--csv", DATABASE_URL=url)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["country"], row["tax_id"], row["tax"], row["net"]) == ("DE", "•••1809", "10.00", "90.00")
    assert "full_tax_id" not in row


def test_details_are_written_to_a_file_and_that_is_on_the_audit_log(
    cli: Cli, url: str, engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "year.csv"
    done = cli(
        *("tax", "year", "2026", "--csv", "--details", "--output", str(path)),
        DATABASE_URL=url,
        ENCRYPTION_KEYS=KEY,
    )
    assert (done.returncode, done.stdout) == (0, "")
    (row,) = csv.DictReader(path.open(encoding="utf-8"))
    assert (row["tax_name"], row["full_tax_id"]) == ("'+Ada", "36574261809")
    with Session(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "tax_year.export")).one()
    assert (entry.actor, entry.subject_id) == ("cli:tax", "2026")


def test_details_without_a_table_are_wrong_use(cli: Cli, url: str) -> None:
    assert cli("tax", "year", "2026", "--details", DATABASE_URL=url).returncode == 2
    assert cli("tax", "year", "next", DATABASE_URL=url).returncode == 2
