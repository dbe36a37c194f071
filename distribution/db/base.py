"""Declarative base of every table, all in PostgreSQL schema `distribution`."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

SCHEMA = "distribution"

_NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Base(DeclarativeBase):
    """A table of ours."""

    metadata = MetaData(schema=SCHEMA, naming_convention=_NAMING)


class AppendOnly:
    """Marks a table whose rows PostgreSQL refuses to UPDATE, DELETE or TRUNCATE."""

    __tablename__: str
