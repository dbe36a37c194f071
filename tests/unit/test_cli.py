"""The command line: one line on standard error, exit 2 for wrong use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
import redis
from psycopg.errors import UndefinedTable, UniqueViolation
from sqlalchemy.exc import IntegrityError, ProgrammingError

from distribution.cli import group, main
from distribution.errors import Conflict, InvalidInput


def outcome(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return int(caught.value.code or 0)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISTRIBUTION_DATABASE_URL", raising=False)


Others = Callable[[str, str], None]


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Others:
    """Install a package of somebody else, which brings the command of this name from this place."""

    def install(name: str, place: str) -> None:
        package = tmp_path / "theirs-1.0.dist-info"
        package.mkdir()
        (package / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
        (package / "entry_points.txt").write_text(f"[{group.ENTRY_POINTS}]\n{name} = {place}\n")
        monkeypatch.syspath_prepend(tmp_path)

    return install


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
    others: Others, capsys: pytest.CaptureFixture[str]
) -> None:
    others("broken", "no_such_module:command")
    assert outcome(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "migrate" in printed
    assert "broken" in printed
    assert outcome(["broken"]) == 1
    assert "no_such_module" in capsys.readouterr().err


class Failing:
    """A command that ends in an error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self) -> None:
        raise self._error


REFUSED = click.Command("refused", callback=Failing(InvalidInput("wrong value")))
TAKEN = click.Command("taken", callback=Failing(Conflict("already there")))
UNMIGRATED = click.Command(
    "unmigrated", callback=Failing(ProgrammingError("SELECT", {}, UndefinedTable("no table")))
)
TWICE = click.Command(
    "twice",
    callback=Failing(IntegrityError("INSERT", {}, UniqueViolation("twice\nDETAIL: (ada@example.com)"))),
)
SLOW = click.Command("slow", callback=Failing(redis.TimeoutError("Timeout reading from socket")))


@pytest.mark.parametrize(
    "command, status, message",
    [("refused", 2, "wrong value"), ("taken", 1, "already there")],
)
def test_domain_errors_are_one_line(
    command: str, status: int, message: str, others: Others, capsys: pytest.CaptureFixture[str]
) -> None:
    others(command, f"{__name__}:{command.upper()}")
    assert outcome([command]) == status
    assert capsys.readouterr().err == f"distribution: {message}\n"


@pytest.mark.parametrize(
    "command, message",
    [
        ("unmigrated", "run `distribution migrate`"),
        ("twice", "the database: "),
        ("slow", "the queue: Timeout reading from socket"),
    ],
)
def test_what_servers_answer_is_one_line(
    command: str, message: str, others: Others, capsys: pytest.CaptureFixture[str]
) -> None:
    others(command, f"{__name__}:{command.upper()}")
    assert outcome([command]) == 1
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.count("\n") == 1
