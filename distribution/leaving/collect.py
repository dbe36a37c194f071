"""Everything we hold about a distributor, table by table: whatever names them by id, without secrets and others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, and_, or_, select
from sqlalchemy.orm import Session

from distribution.audit.tables import AuditEntry
from distribution.db.base import Base
from distribution.ledger.tables import Account, Transfer
from distribution.network.tables import Distributor
from distribution.privacy.encryption import Cipher
from distribution.privacy.errors import Undecipherable
from distribution.privacy.places import ENCRYPTED
from distribution.tax.tables import TaxDetails, TaxProfile

# Secrets that open something, hashes that stand for other people, and what only chains rows together.
_LEFT_OUT = (
    "_hash",
    "customer_key",
    "digest",
    "secret_encrypted",
    "auth_encrypted",
    "public_key",
    "credential_id",
    "session_version",
)
_OF_OTHERS = frozenset({("clicks", "user_agent")})
_TABLES_LEFT_OUT = frozenset({"data_exports", "team_counts", "simulated_distributors", "period_closings"})


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def parts(session: Session, distributor_id: UUID, *, cipher: Cipher) -> Iterator[Part]:
    """Each table that has something of theirs, by name."""
    for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name):
        theirs = _theirs(table, distributor_id)
        if theirs is None or table.name in _TABLES_LEFT_OUT:
            continue
        columns = [
            column
            for column in table.columns
            if not column.name.endswith(_LEFT_OUT) and (table.name, column.name) not in _OF_OTHERS
        ]
        rows = session.execute(
            select(*columns).where(theirs).order_by(*table.primary_key.columns),
            execution_options={"yield_per": 1000},
        )
        yield Part(
            table.name,
            tuple(column.name.removesuffix("_encrypted") for column in columns),
            (
                tuple(_plain(column, value, cipher) for column, value in zip(columns, row, strict=True))
                for row in rows
            ),
        )


def _theirs(table: Table, who: UUID) -> Any:
    """Which rows are about them; None for a table that knows nobody."""
    columns = table.columns
    if table.name == Distributor.__tablename__:
        return columns.id == who
    if table.name == AuditEntry.__tablename__:
        about = and_(columns.subject_type == "distributor", columns.subject_id == str(who))
        return or_(about, columns.actor == f"distributor:{who}")
    if table.name == Transfer.__tablename__:
        own = select(Account.id).where(Account.distributor_id == who)
        return or_(columns.debit_account_id.in_(own), columns.credit_account_id.in_(own))
    if table.name == TaxDetails.__tablename__:
        return columns.profile_number.in_(select(TaxProfile.number).where(TaxProfile.distributor_id == who))
    if "distributor_id" in columns:
        return columns.distributor_id == who
    if "person_id" not in columns:
        return None
    # Whose id it is stands beside it, where merchants have theirs in the same table.
    reader = columns.get("reader", columns.get("kind"))
    theirs: ColumnElement[bool] = columns.person_id == who
    return theirs if reader is None else and_(reader == "distributor", theirs)


def _plain(column: Column[Any], value: Any, cipher: Cipher) -> Any:
    if column.name.endswith("_encrypted") and value is not None:
        return _opened(value if isinstance(value, str) else bytes(value).decode("ascii", "replace"), cipher)
    for path in column.info.get(ENCRYPTED, ()):
        value = _opened_within(value, path, cipher)
    return written(value)


def written(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if value is None or isinstance(value, str | int | bool | float | list | dict):
        return value
    return str(value)


def _opened(sealed: str, cipher: Cipher) -> Any:
    try:
        text = cipher.open(sealed)
    except Undecipherable:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _opened_within(value: Any, path: tuple[str, ...], cipher: Cipher) -> Any:
    if not isinstance(value, dict):
        return value
    first, *rest = path
    if first not in value or value[first] is None:
        return value
    inner = value[first]
    return value | {
        first: _opened_within(inner, tuple(rest), cipher) if rest else _opened(str(inner), cipher)
    }
