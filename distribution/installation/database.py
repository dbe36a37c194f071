"""Does the database answer, with the schema this program knows, and by the same clock."""

from __future__ import annotations

from collections.abc import Iterator

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

from distribution.db import clock_at, tables, transaction
from distribution.db.migrate import configuration
from distribution.installation.clock import Clock, check_clock
from distribution.installation.outcome import Finding, one_line
from distribution.installation.outcomes import found
from distribution.privacy.encryption import Cipher
from distribution.privacy.errors import Undecipherable
from distribution.privacy.places import Place, encrypted_places

_HEAD = text("SELECT version_num FROM distribution.alembic_version")


def check_database(engine: Engine, url: str) -> Finding:
    """It answers and has the newest schema."""
    scripts = ScriptDirectory.from_config(configuration(url))
    head = scripts.get_current_head()
    try:
        with transaction(engine) as session:
            present = session.execute(_HEAD).scalar_one_or_none()
    except ProgrammingError:
        return found("database.empty")
    except SQLAlchemyError as error:
        return found("database.unreachable", error=one_line(getattr(error, "orig", None) or error))
    if present == head:
        return found("database.good", head=head)
    if present is None:
        return found("database.empty")
    try:
        known = scripts.get_revision(present) is not None
    except CommandError:
        known = False
    return found("database.behind" if known else "database.ahead", found=present, head=head)


def check_database_clock(session: Session, clock: Clock) -> Finding:
    """The database's clock, which all others follow."""
    asked_at = clock()
    theirs = clock_at(session)
    return check_clock("the database", theirs, asked_at=asked_at, answered_at=clock())


def check_keys(session: Session, keys: tuple[str, ...]) -> Finding:
    """The keys given open the newest value of every encrypted column."""
    cipher = Cipher(keys)
    places = encrypted_places(tables.ledger.Account.metadata)
    lost = [str(place) for place in places if not all(_opens(cipher, each) for each in _some(session, place))]
    return found("keys.lost", places=", ".join(lost)) if lost else found("keys.good")


def _some(session: Session, place: Place) -> Iterator[str]:
    value = f"{place.column} #>> '{{{','.join(place.path)}}}'" if place.path else place.column
    table = f"distribution.{place.table} WHERE {value} IS NOT NULL ORDER BY {place.key} DESC LIMIT 3"
    query = f"SELECT {value} FROM {table}"
    for (sealed,) in session.execute(text(query)):
        yield sealed if isinstance(sealed, str) else bytes(sealed).decode()


def _opens(cipher: Cipher, sealed: str) -> bool:
    try:
        cipher.open(sealed)
    except Undecipherable:
        return False
    return True
