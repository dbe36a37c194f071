"""What a proof finds: a row that does not say what the rows it follows from say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Difference:
    """One row at fault: which check found it, where it is, what it should say and what it says."""

    check: str
    table: str
    row: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.check}: expected {self.expected}, found {self.found}"


def differences(
    session: Session, checks: Mapping[str, tuple[str, str]], parameters: Mapping[str, Any] | None = None
) -> Iterator[Difference]:
    """Run checks, each a table and a query for (row, expected, found) that returns nothing when all is well."""
    for check, (table, query) in checks.items():
        for row, expected, found in session.execute(text(query), parameters or {}):
            yield Difference(check, table, str(row), str(expected), str(found))
