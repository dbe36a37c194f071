"""The one way to the database: base class of tables, column types, engine, transaction."""

from distribution.db.base import SCHEMA, AppendOnly, Base
from distribution.db.engine import create_engine
from distribution.db.transaction import clock_at, transaction
from distribution.db.types import JsonObject, Key, Minor, PublicId, UtcTime, new_id

__all__ = [
    "SCHEMA",
    "AppendOnly",
    "Base",
    "JsonObject",
    "Key",
    "Minor",
    "PublicId",
    "UtcTime",
    "clock_at",
    "create_engine",
    "new_id",
    "transaction",
]
