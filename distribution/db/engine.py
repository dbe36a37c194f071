"""Engines with the time-outs every connection of ours has."""

from __future__ import annotations

import os
from typing import Any, Literal

import sqlalchemy
from sqlalchemy import Engine, event

from distribution.db.liveness import watch
from distribution.errors import InvalidInput

_PLAN_CACHE_MODES = {"kept": "auto", "each": "force_custom_plan"}


def create_engine(
    url: str,
    *,
    statement_timeout_ms: int = 30_000,
    lock_timeout_ms: int = 10_000,
    plans: Literal["kept", "each"] = "kept",
    **options: Any,
) -> Engine:
    """An engine on psycopg 3 for a `postgresql://` URL; a forked child drops the connections it inherited.

    With `plans` "each", PostgreSQL plans a statement anew for the values it comes with: worth it where one value finds
    ten rows and another a million. Raises InvalidInput when the URL is not one of PostgreSQL.
    """
    engine = sqlalchemy.create_engine(
        psycopg_url(url),
        # Errors are logged, and parameters are people's data.
        hide_parameters=options.pop("hide_parameters", True),
        connect_args={
            "connect_timeout": 5,
            "application_name": "distribution",
            "options": f"-c statement_timeout={statement_timeout_ms} -c lock_timeout={lock_timeout_ms}"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
            f" -c plan_cache_mode={_PLAN_CACHE_MODES[plans]}",
        },
        **options,
    )
    # A connection opened before a fork fails silently in the child.
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    watch(engine)

    @event.listens_for(engine, "connect")
    def _plan_generic(connection: Any, _record: Any) -> None:
        connection.prepare_threshold = 2

    return engine


def psycopg_url(url: str) -> str:
    """The URL SQLAlchemy wants: the scheme names psycopg, which nobody should have to type."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise InvalidInput("the database URL must begin with postgresql://", field="database_url")
    return f"postgresql+psycopg://{rest}"
