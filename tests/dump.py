"""All that a database of ours holds, in a form that two databases with the same history have in common."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from distribution.db import tables

METADATA = tables.audit.Base.metadata
# Numbers drawn from sequences have gaps where a transaction was rolled back; runs and statements are named anew.
_NAMES = {
    "orders": "SELECT id, source || ':' || external_id AS name FROM distribution.orders",
    "accounts": "SELECT id, concat_ws(' ', distributor_id, kind, currency) AS name FROM distribution.accounts",
    "runs": "SELECT id, 'run ' || currency || ' ' || number AS name FROM distribution.settlement_runs",
    "statements": """
        SELECT id, concat_ws(' ', 'statement', distributor_id, currency, number) AS name FROM distribution.statements
    """,
}
_KEPT_IDS = {"adjustments", "distributors", "withdrawals", "payout_methods"}
_LEFT_OUT = {
    # How often an effect was tried, and for how long somebody had it, is the story of the kills.
    "outbox": {"created_at", "due_at", "claimed_until", "attempts", "last_error"},
    # Drawn from a sequence: a transaction that was rolled back leaves a gap.
    "order_snapshots": {"sequence"},
    # An entry names its run, whose id is new each time; the chain over it follows.
    "audit_log": {"digest"},
    "chain_heads": {"digest"},
}


def dump(url: str) -> dict[str, list[str]]:
    """Every row of every table, times included, by table."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        names = {
            kind: {row["id"]: row["name"] for row in connection.execute(query)}
            for kind, query in _NAMES.items()
        }
        return {
            table: sorted(
                repr(
                    {
                        column: _named(table, column, value, names)
                        for column, value in row.items()
                        if _stays(table, column)
                    }
                )
                for row in connection.execute(f"SELECT * FROM distribution.{table}")
            )
            for table in sorted(each.name for each in METADATA.tables.values())
        }


def _stays(table: str, column: str) -> bool:
    if column == "id":
        return table in _KEPT_IDS
    return column not in _LEFT_OUT.get(table, ())


def _named(table: str, column: str, value: Any, names: dict[str, dict[Any, str]]) -> Any:
    if column == "order_id":
        return names["orders"].get(value, value)
    if column.endswith("account_id"):
        return names["accounts"][value]
    ids = names["runs"] | names["statements"]
    if isinstance(value, UUID):
        return ids.get(value, value)
    if (table, column) == ("outbox", "payload") and "run_id" in value:
        return {**value, "run_id": ids[UUID(value["run_id"])]}
    if (table, column) == ("outbox", "dedupe_key") and value.startswith("tell-"):
        return f"tell-{ids[UUID(value.removeprefix('tell-'))]}"
    if column == "subject_id" and value.count("-") == 4:
        return ids.get(UUID(value), value)
    return value
