"""Long statements with PostgreSQL's own placeholders.

psycopg translates `%s` anew at every call of a statement that is long or has many parameters; these it takes as is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any

import psycopg


def numbered(query: str) -> bytes:
    """`query` with `$1`, `$2` … for each `%s`, encoded once."""
    numbers = count(1)
    return re.sub("%s", lambda _found: f"${next(numbers)}", query).encode()


def execute(connection: psycopg.Connection[Any], query: bytes, values: Sequence[Any]) -> psycopg.Cursor[Any]:
    """Run a numbered statement on a connection, prepared from its second run on."""
    return psycopg.RawCursor(connection).execute(query, values)
