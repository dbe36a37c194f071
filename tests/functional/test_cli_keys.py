"""Keys are rotated everywhere: no value anywhere in the database is left under the key that is to be taken away."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from distribution.adapters.payout.sepa import SepaAdapter
from distribution.adapters.payout.variables import read
from distribution.db import tables, transaction
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher, new_key
from distribution.privacy.places import encrypted_places
from distribution.privacy.rotate import rotate
from distribution.promotion.recruit import Acceptance, apply
from distribution.tax.profile import Details, record_profile
from distribution.withdrawal.payout_file import file_content, make_file
from tests.functional.command_line import Cli, command_line
from tests.payout_world import MERCHANT, PayoutWorld

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLD, NEW = new_key(), new_key()
BOTH = f"{NEW},{OLD}"
IP = "203.0.113.7"
PAYEE = {"holder": "Ada Lovelace", "iban": "DE89 3704 0044 0532 0130 00", "bic": ""}
OURS = {"NAME": "Shop", "IBAN": "FR14 2004 1010 0505 0001 3M02 606", "BIC": ""}
SEALED = re.compile(r"gAAAAA[\w-]+=*")
PLACES = {
    "acceptances.ip_encrypted",
    "distributors.application.terms.ip",
    "payout_files.content_encrypted",
    "payout_methods.details_encrypted",
    "tax_details.details_encrypted",
}
"""Where there are encrypted values, found by looking at everything."""


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return command_line(monkeypatch, capsys)


@pytest.fixture
def file_id(engine: Engine, session: Session) -> UUID:
    """Something under the old key wherever something is encrypted; the id of the payout file."""
    cipher = Cipher([OLD])
    recruit = apply(
        session,
        email="ada@example.com",
        name="Ada",
        password="correct horse battery",
        acceptance=Acceptance("1", IP),
        cipher=cipher,
        suffix="X1",
        now=NOW,
    )
    record_profile(
        session,
        session.get_one(Distributor, recruit.distributor.id),
        country="DE",
        recipient="person",
        details=Details("Ada", "1 Street", None),
        self_billing=False,
        cipher=cipher,
        actor=MERCHANT,
        now=NOW,
    )
    session.commit()
    world = PayoutWorld(engine, "sepa", "EUR", PAYEE, now=NOW, cipher=cipher)
    environment = {f"DISTRIBUTION_PAYOUT_SEPA_{name}": value for name, value in OURS.items()}
    adapter = SepaAdapter(read("sepa", SepaAdapter.variables, environment))
    world.adapter = adapter
    world.approved()
    with transaction(engine) as writing:
        made = make_file(
            writing,
            method="sepa",
            currency="EUR",
            write=adapter.write,
            usable=adapter.usable,
            cipher=cipher,
            actor=MERCHANT,
            now=NOW,
        )
        assert made.file is not None
        return made.file.id


def sealed_values(engine: Engine) -> dict[str, list[str]]:
    """Everything in the database that looks encrypted, by the column it is in."""
    found: dict[str, list[str]] = {}
    with transaction(engine) as session:
        names = session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'distribution'")
        ).all()
        for name in names:
            for row in session.execute(text(f"SELECT * FROM distribution.{name}")).mappings():
                for column, value in row.items():
                    for each in SEALED.findall(_words(value)):
                        found.setdefault(f"{name}.{column}", []).append(each)
    return found


def _words(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return json.dumps(value, default=str)


def test_every_place_is_known(engine: Engine, file_id: UUID) -> None:
    known = {str(place) for place in encrypted_places(tables.ledger.Account.metadata)}
    assert known >= PLACES
    assert sealed_values(engine).keys() == {".".join(place.split(".")[:2]) for place in PLACES}


def test_whatever_is_encrypted_is_kept_in_a_column_that_says_so() -> None:
    package = Path(__file__).parents[2] / "distribution"
    others = {
        (path.relative_to(package).as_posix(), line.strip())
        for path in package.rglob("*.py")
        for line in path.read_text().splitlines()
        if "cipher.seal(" in line and not re.search(r"_(encrypted|sealed) ?= ?cipher\.seal\(", line)
    }
    # Two columns are set in one line; the second says so of itself.
    assert others == {
        ("network/contact.py", "kept.kind, kept.value_encrypted = kind, cipher.seal(wanted).encode()")
    }


def test_after_a_rotation_the_old_key_opens_nothing_and_the_new_one_all(
    engine: Engine, database_url: str, cli: Cli, file_id: UUID
) -> None:
    done = cli("keys", "rotate", DATABASE_URL=database_url, ENCRYPTION_KEYS=BOTH)
    assert done.returncode == 0, done.stderr
    assert {f"{place}: 1 renewed, 0 current" for place in PLACES} <= {*done.stdout.splitlines()}
    assert done.stdout.endswith("Everything is under the newest key.\n")
    old, new = Cipher([OLD]), Cipher([NEW])
    values = [each for found in sealed_values(engine).values() for each in found]
    assert len(values) == len(PLACES)
    assert [new.is_current(each) for each in values] == [True] * len(values)
    assert [old.is_current(each) for each in values] == [False] * len(values)
    again = cli("keys", "rotate", DATABASE_URL=database_url, ENCRYPTION_KEYS=NEW)
    assert {f"{place}: 0 renewed, 1 current" for place in PLACES} <= {*again.stdout.splitlines()}


def test_the_audit_log_says_how_much_was_renewed(
    engine: Engine, database_url: str, cli: Cli, file_id: UUID
) -> None:
    cli("keys", "rotate", DATABASE_URL=database_url, ENCRYPTION_KEYS=BOTH)
    cli("keys", "rotate", DATABASE_URL=database_url, ENCRYPTION_KEYS=BOTH)
    with engine.connect() as connection:
        query = "SELECT actor, after FROM distribution.audit_log WHERE action = 'keys.rotate'"
        assert connection.execute(text(query)).all() == [("cli:keys", {"renewed": 5, "lost": 0})]


def test_what_was_encrypted_is_the_same_afterwards(
    engine: Engine, database_url: str, cli: Cli, file_id: UUID
) -> None:
    with transaction(engine) as session:
        _, before = file_content(session, file_id, cipher=Cipher([OLD]), actor=MERCHANT, now=NOW)
    cli("keys", "rotate", DATABASE_URL=database_url, ENCRYPTION_KEYS=BOTH)
    with transaction(engine) as session:
        _, after = file_content(session, file_id, cipher=Cipher([NEW]), actor=MERCHANT, now=NOW)
        application = session.scalars(text("SELECT application FROM distribution.distributors")).all()
    assert after == before
    [terms] = [each["terms"] for each in application if each]
    assert (Cipher([NEW]).open(terms["ip"]), terms["version"]) == (IP, "1")


def test_a_check_writes_nothing(engine: Engine, database_url: str, cli: Cli, file_id: UUID) -> None:
    before = sealed_values(engine)
    done = cli("keys", "rotate", "--check", DATABASE_URL=database_url, ENCRYPTION_KEYS=BOTH)
    assert done.returncode == 1
    assert "payout_files.content_encrypted: 1 to renew, 0 current" in done.stdout
    assert "5 values are under older keys" in done.stderr
    assert sealed_values(engine) == before


def test_what_no_key_opens_is_left_as_it_is(
    engine: Engine, database_url: str, cli: Cli, file_id: UUID
) -> None:
    before = sealed_values(engine)
    done = cli("keys", "rotate", DATABASE_URL=database_url, ENCRYPTION_KEYS=NEW)
    assert done.returncode == 1
    assert "tax_details.details_encrypted: 0 renewed, 0 current, 1 that no key opens" in done.stdout
    assert "no key given opens 5 values: keep every key until this is 0" in done.stderr
    assert sealed_values(engine) == before


def test_many_rows_are_renewed_a_batch_at_a_time(engine: Engine, session: Session) -> None:
    cipher = Cipher([OLD])
    session.execute(
        text("""
        INSERT INTO distribution.distributors (id, email, name, status, email_hash, created_at, application)
        SELECT gen_random_uuid(), number || '@example.com', 'Ada', 'applied', '', now(),
            CASE WHEN number % 3 > 0 THEN jsonb_build_object('terms', jsonb_build_object('ip', CAST(:ip AS text))) END
        FROM generate_series(1, 30) AS number
        """),
        {"ip": cipher.seal(IP)},
    )
    session.commit()
    [place] = [
        each for each in encrypted_places(tables.ledger.Account.metadata) if each.table == "distributors"
    ]
    found = rotate(engine, place, Cipher([NEW, OLD]), batch=7)
    assert (found.renewed, found.current, found.lost) == (20, 0, 0)
    found = rotate(engine, place, Cipher([NEW]), batch=7)
    assert (found.renewed, found.current, found.lost) == (0, 20, 0)


def test_a_new_key_is_one(cli: Cli) -> None:
    done = cli("keys", "new")
    assert Cipher([done.stdout.strip()]).open(Cipher([done.stdout.strip()]).seal("x")) == "x"
