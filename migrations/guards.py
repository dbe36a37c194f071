"""Triggers that several migrations put on their tables; what they do is never changed here, only by a new migration."""

from __future__ import annotations

from alembic import op


def append_only(*tables: str) -> None:
    """Refuse every change of the tables' rows but adding one."""
    for table in tables:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON distribution.{table} "
            "FOR EACH ROW EXECUTE FUNCTION distribution.refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON distribution.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION distribution.refuse_change()"
        )


def begin_chains(*tables: str) -> None:
    """The head of each table's chain, before its first row."""
    for table in tables:
        op.execute(
            f"INSERT INTO distribution.chain_heads (table_name, number, digest) VALUES ('{table}', 0, '')"
        )


def close_once(*fixed: str, reviewed_may_go: bool) -> None:
    """Let a settlement run be closed once and change nothing else of it; `fixed` are the columns it was opened with.

    A reviewed run that is still open has moved nothing, and may be taken back where `reviewed_may_go`.
    """
    old, new = (", ".join(f"{row}.{column}" for column in fixed) for row in ("OLD", "NEW"))
    taken_back = "TG_OP = 'DELETE' AND OLD.review AND OLD.closed_at IS NULL" if reviewed_may_go else "false"
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION distribution.close_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {taken_back} THEN
                RETURN OLD;
            END IF;
            IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL OR ({old}) IS DISTINCT FROM ({new}) THEN
                RAISE EXCEPTION 'settlement run % is closed once and never changed', OLD.number
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
