"""Long work says on a terminal how far it is, and nothing of that anywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from distribution.cli.progress import bar, line
from distribution.db import create_engine
from tests.lived import live


@pytest.fixture(scope="module")
def lived_url(module_database_url: str) -> str:
    engine = create_engine(module_database_url)
    live(engine)
    engine.dispose()
    return module_database_url


def shown(url: str, *arguments: str) -> tuple[str, str]:
    """Standard output as a pipe got it, and what was seen on the terminal that standard error is."""
    terminal, ours = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from distribution.cli import main; main()", *arguments],
        env={**os.environ, "DISTRIBUTION_DATABASE_URL": url, "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=ours,
        text=True,
    )
    os.close(ours)
    printed, _ = process.communicate(timeout=120)
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(terminal)
    return printed, seen.decode()


def test_verify_backup_and_settle_on_a_terminal(lived_url: str, tmp_path: Path) -> None:
    printed, seen = shown(lived_url, "verify")
    assert "Proving" in seen
    assert "100%" in seen
    assert printed.startswith("Everything agrees")
    assert "Proving" not in printed

    printed, seen = shown(lived_url, "backup", str(tmp_path / "shop.backup"))
    assert "Writing: " in seen
    assert printed.startswith("Wrote ")

    printed, seen = shown(lived_url, "settle")
    assert "Settling USD" in seen


def test_nothing_of_it_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("Proving", 10) as progress, line() as told:
        progress(5)
        told("half")
    assert capsys.readouterr() == ("", "")
