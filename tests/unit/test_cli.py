"""The command line: one line on standard error, exit 2 for wrong use."""

from __future__ import annotations

import click
import pytest
import redis
from psycopg.errors import UndefinedTable, UniqueViolation
from sqlalchemy.exc import IntegrityError, ProgrammingError

from distribution.cli import group, main
from distribution.cli.commands import migrate
from distribution.errors import Conflict, InvalidInput


def outcome(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return int(caught.value.code or 0)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISTRIBUTION_DATABASE_URL", raising=False)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["unknown"], "No such command 'unknown'"),
        (["migrate", "--unknown"], "No such option"),
        (["migrate", "argument"], "unexpected extra argument"),
        (["migrate"], "DISTRIBUTION_DATABASE_URL is missing"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1


def test_database_that_is_not_there_is_one_line_and_exit_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISTRIBUTION_DATABASE_URL", "postgresql://user:hunter2@127.0.0.1:1/none")
    assert outcome(["migrate"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("distribution: the database: ")
    assert printed.count("\n") == 1
    assert "hunter2" not in printed


def test_help_lists_every_command_even_when_one_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = group.EntryPoint("broken", "no_such_module:command", group.ENTRY_POINTS)
    monkeypatch.setattr(
        group, "entry_points", lambda group, name="broken": [broken] if name == "broken" else []
    )
    assert outcome(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "migrate" in printed
    assert "broken" in printed
    assert outcome(["broken"]) == 1
    assert "no_such_module" in capsys.readouterr().err


@pytest.mark.parametrize("error, status", [(InvalidInput("wrong value"), 2), (Conflict("already there"), 1)])
def test_domain_errors_are_one_line(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(migrate, "command", click.Command("migrate", callback=fail))
    assert outcome(["migrate"]) == status
    assert capsys.readouterr().err == f"distribution: {error}\n"


@pytest.mark.parametrize(
    "error, message",
    [
        (ProgrammingError("SELECT", {}, UndefinedTable("no table")), "run `distribution migrate`"),
        (IntegrityError("INSERT", {}, UniqueViolation("twice\nDETAIL: (ada@example.com)")), "the database: "),
        (redis.TimeoutError("Timeout reading from socket"), "the queue: Timeout reading from socket"),
    ],
)
def test_what_servers_answer_is_one_line(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(migrate, "command", click.Command("migrate", callback=fail))
    assert outcome(["migrate"]) == 1
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.count("\n") == 1
