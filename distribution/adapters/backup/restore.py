"""Brings a database to what a backup holds, and to today's schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from distribution.adapters.backup.archive import Backup
from distribution.adapters.backup.errors import BackupFailed, BackupRefused
from distribution.adapters.backup.load import load
from distribution.adapters.backup.programs import programs
from distribution.adapters.queue.clicks import visit_of
from distribution.db import SCHEMA, transaction
from distribution.db.migrate import configuration, upgrade
from distribution.promotion.clicks import Visit, record_clicks

_BATCH = 1_000
_COMMENT = text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :schema")
_SERVER = text("SELECT current_setting('server_version_num')::int / 10000")
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY tablename")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: the backup's manifest, the migration before and after, and how many clicks now count."""

    manifest: dict[str, Any]
    migrated_to: str
    clicks_counted: int


def restore(
    engine: Engine, url: str, backup: Backup, *, replace: bool, progress: Callable[[int], None]
) -> Restored:
    """Load the backup, migrate what is older, record the clicks that waited; `progress` is told bytes of the dump.

    The tables appear whole or not at all. One that was interrupted after that goes on where it was. Raises
    BackupRefused where our schema is there already and `replace` is not asked for, or the backup is of a newer
    program; BackupFailed where PostgreSQL's programs are missing or fail.
    """
    _refuse_newer(url, backup)
    mark = f"being restored from {backup.digest}"
    with transaction(engine) as session:
        found = session.execute(_COMMENT, {"schema": SCHEMA}).first()
        server = session.execute(_SERVER).scalar_one()
    if found is None or replace or found[0] != mark:
        if found is not None and not replace:
            raise BackupRefused(
                f"the database has the schema {SCHEMA} already; restore into an empty one, or name --replace "
                "to give up what is in it"
            )
        tools = programs(url, at_least=max(server, backup.manifest["pg_dump"]))
        load(backup, tools, server=server, replace=replace, mark=mark, progress=progress)
        with transaction(engine) as session:
            _compare_rows(session, backup)
    upgrade(url)
    counted = 0
    with transaction(engine) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        clicks = backup.clicks()
        while entries := list(islice(clicks, _BATCH)):
            counted += _recorded(session, [visit for visit in map(visit_of, entries) if visit is not None])
        session.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS NULL"))
        _analyze(session)
        migration = session.execute(text(f"SELECT version_num FROM {SCHEMA}.alembic_version")).scalar_one()
    return Restored(backup.manifest, migration, counted)


def _refuse_newer(url: str, backup: Backup) -> None:
    migration = backup.manifest["migration"]
    try:
        ScriptDirectory.from_config(configuration(url)).get_revision(migration)
    except CommandError:
        raise BackupRefused(
            f"the backup holds migration {migration} of version {backup.manifest['version']}, which this program "
            "does not know; install that version or a newer one"
        ) from None


def _compare_rows(session: Session, backup: Backup) -> None:
    session.execute(text("SET LOCAL statement_timeout = 0"))
    for table, rows in backup.manifest["rows"].items():
        found = session.execute(text(f'SELECT count(*) FROM {SCHEMA}."{table}"')).scalar_one()
        if found != rows:
            raise BackupFailed(f"{table} has {found} rows and had {rows}: do not use this database")


def _recorded(session: Session, visits: Sequence[Visit]) -> int:
    """Record clicks, those that PostgreSQL's texts cannot hold left out."""
    try:
        with session.begin_nested():
            return len(record_clicks(session, visits))
    except DataError:
        return sum(_recorded(session, [each]) for each in visits) if len(visits) > 1 else 0


def _analyze(session: Session) -> None:
    """Without statistics the first questions, the proof's among them, would be answered by the slowest ways."""
    for table in session.execute(_TABLES, {"schema": SCHEMA}).scalars().all():
        session.execute(text(f'ANALYZE {SCHEMA}."{table}"'))
