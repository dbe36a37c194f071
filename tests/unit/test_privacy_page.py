"""The page on personal data names every table there is."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import distribution
from distribution.db.base import Base

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"


def test_every_table_is_on_the_page_and_no_other() -> None:
    for module in pkgutil.walk_packages(distribution.__path__, "distribution."):
        if module.name.endswith("tables"):
            importlib.import_module(module.name)
    tables = {table.name for table in Base.metadata.tables.values()}
    named = set(re.findall(r"`(\w+)`", PAGE.read_text()))
    assert sorted(tables - named) == []
    # What else stands there in such letters is a column or a job.
    assert sorted(named - tables) == ["alembic_version", "clean_up", "user_agent"]
