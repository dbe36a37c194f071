"""`distribution program …` as a person or a script runs it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.settings import program
from tests.functional.command_line import Done, command_line

Runner = Callable[..., Done]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], engine: Engine, database_url: str
) -> Runner:
    assert engine
    cli = command_line(monkeypatch, capsys)
    return lambda *arguments, stdin=b"": cli("program", *arguments, stdin=stdin, DATABASE_URL=database_url)


def test_what_is_shown_can_be_changed_and_put_back(run: Runner, session: Session) -> None:
    shown = run("show", "withdrawal")
    assert json.loads(shown.stdout)["withdrawal"]["cooling_days"] == 3
    rules = {
        "withdrawal": {"fee_bps": 250, "days_of_month": [15, 1], "second_person_above_minor": {"USD": 1}}
    }
    changed = run("change", "-", stdin=json.dumps(rules).encode())
    found = json.loads(changed.stdout)["withdrawal"]
    assert (found["fee_bps"], found["days_of_month"], found["cooling_days"]) == (250, [1, 15], 3)
    assert program.read(session).withdrawal.second_person_above_minor == {"USD": 1}
    assert json.loads(run("change", "-", stdin=shown.stdout.encode()).stdout)["withdrawal"]["fee_bps"] == 0
    assert json.loads(run("change", "-", stdin=b"{}").stdout) == {}
    assert json.loads(run("show").stdout) == program.read(session).model_dump(mode="json")
    assert "fee_bps" in run("schema").stdout


@pytest.mark.parametrize(
    "document, words",
    [
        (b'{"withdrawal": {"fee_bps": 10000}}', "withdrawal.fee_bps: Input should be less than 10000"),
        (b'{"withdrawal": {"fees": 1}}', "withdrawal.fees"),
        (b"[]", "holds no JSON object"),
        (b"{", "is no JSON"),
    ],
)
def test_what_cannot_be_is_one_line(run: Runner, document: bytes, words: str) -> None:
    done = run("change", "-", stdin=document)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert run("show", "nothing").returncode == 2
