"""The ledger on the command line: the head taken away, and what it proves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from distribution.db import create_engine, transaction
from distribution.proof import prove
from distribution.proof.keep import write
from tests.functional.command_line import Cli, Done, command_line
from tests.lived import live


class Shop:
    """A program that has lived, and its command line."""

    def __init__(self, cli: Cli, url: str) -> None:
        self._cli, self._url = cli, url
        self.engine: Engine = create_engine(url)

    def __call__(self, *arguments: str) -> Done:
        return self._cli(*arguments, DATABASE_URL=self._url)

    def harm(self, statement: str) -> None:
        """Do what nothing but the database's owner can."""
        with transaction(self.engine) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(statement))


@pytest.fixture
def shop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_database_url: str
) -> Iterator[Shop]:
    shop = Shop(command_line(monkeypatch, capsys), own_database_url)
    live(shop.engine)
    yield shop
    shop.engine.dispose()


def test_a_head_that_was_kept_proves_the_past_or_names_the_seal(shop: Shop, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(shop("ledger", "head").stdout)
    assert json.loads(kept.read_text())["seal"] == 2
    good = shop("verify", "--head", str(kept))
    assert (good.returncode, good.stderr) == (0, "")
    assert "up to seal 2" in good.stdout

    shop.harm("DELETE FROM distribution.transfer_seals WHERE number = 2")
    shop.harm(
        "UPDATE distribution.chain_heads AS head SET number = seal.number, digest = seal.digest"
        " FROM distribution.transfer_seals AS seal WHERE head.table_name = 'transfer_seals'"
    )
    assert shop("verify").returncode == 0
    bad = shop("verify", "--head", str(kept))
    assert bad.returncode == 1
    assert bad.stdout.startswith("transfer_seals 2: a head kept elsewhere is one of the seals")


def test_what_is_no_head_is_wrong_use(shop: Shop, tmp_path: Path) -> None:
    for number, words in enumerate(("", "[]", "{}", '{"seal": 1, "digest": "ab"}', '{"seal": "1"}')):
        path = tmp_path / f"{number}.json"
        path.write_text(words)
        wrong = shop("verify", "--head", str(path))
        assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1), words
    assert shop("verify", "--head", str(tmp_path / "none.json")).returncode == 2


def test_since_the_last_verified_seal(shop: Shop) -> None:
    assert "since seal" not in shop("verify", "--since-seal").stdout
    with transaction(shop.engine) as session:
        proof = prove(session)
    with transaction(shop.engine) as session:
        write(session, proof, now=datetime.now(UTC))
    since = shop("verify", "--since-seal")
    assert since.returncode == 0
    assert "worked out anew since seal 2" in since.stdout
    document = json.loads(shop("verify", "--since-seal", "--json").stdout)
    assert (document["seal"], document["since_seal"], document["holds"]) == (2, 2, True)


def test_days_that_end_before_they_begin_are_wrong_use(shop: Shop) -> None:
    wrong = shop("ledger", "export", "--from", "2026-05-02", "--to", "2026-05-01")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert shop("ledger", "export", "--from", "yesterday").returncode == 2
    assert shop("ledger", "export", "--from", "2026-05-01", "--to", "2026-05-01").returncode == 0
