"""The console has a word for whatever works by itself."""

from __future__ import annotations

import re
from pathlib import Path

from portal.console.words import JOBS

ROOT = Path(__file__).parents[2] / "jobs"


def test_every_job_that_is_noted_has_a_name() -> None:
    noted = {
        name
        for path in ROOT.rglob("*.py")
        for name in re.findall(r'@tracked\(\s*"([a-z_]+)"', path.read_text())
    }
    assert len(noted) > 20
    assert noted <= set(JOBS)
