"""A statement with all that is printed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from distribution.analytics.places import places
from distribution.network import find
from distribution.privacy.encryption import Cipher
from distribution.settings import program
from distribution.settlement import read
from distribution.settlement.course import Course, course
from distribution.settlement.read import StatementLine
from distribution.settlement.tables import Statement
from portal.papers.party import Party, party

MOST_PRINTED = 2_000
"""Lines on paper; a CSV has them all."""
MOST_LINES = 1_000_000


@dataclass(frozen=True, slots=True)
class Account:
    """A statement, how its balance came to be, its lines, and who stands on it.

    Who issued it stands there as it was then. `places` say of the lines that are printed how far from the sale they
    were earned, by order and share.
    """

    statement: Statement
    course: Course
    lines: tuple[StatementLine, ...]
    places: Mapping[tuple[int, int], int]
    party: Party
    program_name: str
    company_name: str
    company_address: tuple[str, ...]
    company_tax_id: str

    @property
    def issuer(self) -> str:
        """Who writes it."""
        return self.company_name or self.program_name


def account(
    session: Session,
    statement_id: UUID,
    *,
    of: UUID | None = None,
    cipher: Cipher | None = None,
    most_lines: int = MOST_PRINTED,
) -> Account:
    """Read a statement; raises NotFound, also when it is not that of the distributor `of`.

    With `cipher` the distributor's address and tax id are on it.
    """
    found = read.statement(session, statement_id, of=of)
    settings = program.as_of(session, found.recorded_at)
    name = find.by_id(session, found.distributor_id).name
    lines = tuple(read.statement_lines(session, found, limit=most_lines))
    return Account(
        statement=found,
        course=course(session, found),
        lines=lines,
        places=places(session, found.distributor_id, lines[:MOST_PRINTED]),
        party=party(session, found, name=name, cipher=cipher),
        program_name=settings.program_name,
        company_name=settings.company_name,
        company_address=tuple(filter(None, map(str.strip, settings.company_address.splitlines()))),
        company_tax_id=settings.company_tax_id,
    )
