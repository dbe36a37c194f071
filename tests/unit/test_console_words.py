"""The console has a word for whatever works by itself, and for every way people come."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from distribution.promotion.recruit import Source
from portal.console.words import JOBS, SOURCES

ROOT = Path(__file__).parents[2] / "jobs"


def test_every_job_that_is_noted_has_a_name() -> None:
    noted = {
        name
        for path in ROOT.rglob("*.py")
        for name in re.findall(r'@tracked\(\s*"([a-z_]+)"', path.read_text())
    }
    assert len(noted) > 20
    assert noted <= set(JOBS)


def test_every_way_people_come_has_a_name() -> None:
    assert set(SOURCES) == set(get_args(Source))
