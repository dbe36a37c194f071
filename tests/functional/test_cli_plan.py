"""`distribution plan …` as a person or a script runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from distribution.commission.publish import history
from tests.functional.command_line import Done, command_line
from tests.refused_plans import plan

Runner = Callable[..., Done]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], engine: Engine, database_url: str
) -> Runner:
    assert engine
    cli = command_line(monkeypatch, capsys)
    return lambda *arguments, stdin=b"": cli("plan", *arguments, stdin=stdin, DATABASE_URL=database_url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan(name="Été", hold_days=0)), "utf-8")
    return path


def test_a_plan_is_checked_published_and_shown(run: Runner, file: Path, session: Session) -> None:
    checked = run("check", str(file))
    assert (checked.returncode, checked.stdout) == (
        0,
        "Été: 1 rates, 0 campaigns, 0 caps. It could be published.\n",
    )
    assert "warning: hold_days: no hold\n" in checked.stderr
    assert history(session) == []
    later = datetime.now(UTC) + timedelta(days=2)
    first = run("publish", str(file))
    second = run("publish", "-", "--effective-at", later.isoformat(), stdin=file.read_bytes())
    assert (first.stdout, second.stdout) == ("1\n", "2\n")
    newest = history(session)[0]
    assert (newest.effective_at, newest.actor) == (later, "job:command_line")
    shown = run("show")
    assert json.loads(shown.stdout) == plan(name="Été", hold_days=0)
    assert run("show", "2").stdout == shown.stdout
    assert json.loads(run("show", "0").stdout)["name"] == "Built-in"
    assert run("show", "3").returncode == 1


def test_every_error_is_a_line(run: Runner, session: Session) -> None:
    wrong = json.dumps(plan(ceiling_bps=-1, rates=[{"level": 9, "bps": 1}])).encode()
    for command in ("check", "publish"):
        done = run(command, "-", stdin=wrong)
        assert done.returncode == 2
        assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
            "ceiling_bps",
            "rates[0].level",
        ]
        assert done.stdout == ""
    tie = run("check", "-", stdin=json.dumps(plan(rates=[{"level": 1, "bps": 1}] * 2)).encode())
    assert tie.stderr.startswith("rates[1]: may match the same as rates[0]")
    assert history(session) == []


@pytest.mark.parametrize("text, line", [(b'{\n"name": oops', 2), (b"[]", 1), (b"", 1)])
def test_what_is_no_document_is_said_with_its_line(run: Runner, text: bytes, line: int) -> None:
    done = run("check", "-", stdin=text)
    assert done.returncode == 1
    assert f"line {line}: is no JSON document" in done.stderr


def test_never_in_the_past(run: Runner, file: Path) -> None:
    done = run("publish", str(file), "--effective-at", "2020-01-01")
    assert done.returncode == 2
    assert "effective_at" in done.stderr


def test_the_schema_needs_no_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = command_line(monkeypatch, capsys)("plan", "schema")
    assert json.loads(done.stdout)["title"] == "Commission plan"
