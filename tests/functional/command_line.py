"""Runs `distribution …` in this process: starting Python for each command would take longer than the command."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass
from typing import Protocol

import pytest

from distribution.cli.run import run


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


class Cli(Protocol):
    """Runs a command with these settings and no others: `cli("settle", DATABASE_URL="…")`."""

    def __call__(self, *arguments: str, stdin: bytes = b"", **settings: str) -> Done: ...


def command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """What the fixture `cli` gives."""

    def cli(*arguments: str, stdin: bytes = b"", **settings: str) -> Done:
        with monkeypatch.context() as patched:
            for name in [name for name in os.environ if name.startswith("DISTRIBUTION_")]:
                patched.delenv(name)
            for name, value in settings.items():
                patched.setenv(f"DISTRIBUTION_{name}", value)
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            capsys.readouterr()
            status = run(arguments)
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    return cli
