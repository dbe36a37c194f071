"""What the API's description calls its schemas."""

from __future__ import annotations

import re

from portal.api.openapi import describe
from portal.api.resources import OPERATIONS


def test_each_schema_has_a_name_of_its_own_that_tells_nothing_of_our_modules() -> None:
    names = set(describe(OPERATIONS)["components"]["schemas"])
    assert len(names) > 80
    assert {name for name in names if not re.fullmatch(r"[A-Z][A-Za-z]+", name)} == set()
