"""settlement runs that are reviewed, and totals too small to be paid"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("settlement_approvals", "settlement_carries")
_BEFORE = ("id", "currency", "number", "epoch", "cutoff_at", "previous_epoch", "opened_at")
_RULES = ("smallest_minor", "review", "second_person_above_minor")


def upgrade() -> None:
    op.add_column(
        "settlement_runs", sa.Column("smallest_minor", sa.BigInteger(), nullable=True), schema="distribution"
    )
    op.add_column(
        "settlement_runs",
        sa.Column("review", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="distribution",
    )
    op.add_column(
        "settlement_runs",
        sa.Column("second_person_above_minor", sa.BigInteger(), nullable=True),
        schema="distribution",
    )
    op.create_table(
        "settlement_approvals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="settlement_approvals_pkey"),
        sa.UniqueConstraint("run_id", "actor", name="settlement_approvals_actor_key"),
        schema="distribution",
    )
    op.create_table(
        "settlement_carries",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("accrued_minor", sa.BigInteger(), nullable=False),
        sa.Column("reversed_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "accrued_minor >= 0 AND reversed_minor <= 0", name=op.f("settlement_carries_signs_check")
        ),
        sa.CheckConstraint("accrued_minor + reversed_minor > 0", name=op.f("settlement_carries_total_check")),
        sa.PrimaryKeyConstraint("run_id", "distributor_id", name="settlement_carries_pkey"),
        schema="distribution",
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON distribution.{table} "
            "FOR EACH ROW EXECUTE FUNCTION distribution.refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON distribution.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION distribution.refuse_change()"
        )
    op.execute(
        "INSERT INTO distribution.chain_heads (table_name, number, digest) VALUES ('settlement_approvals', 0, '')"
    )
    # A reviewed run that is still open has moved nothing, and may be taken back.
    _close_once(
        (*_BEFORE, *_RULES),
        """
        IF TG_OP = 'DELETE' AND OLD.review AND OLD.closed_at IS NULL THEN
            RETURN OLD;
        END IF;
        """,
    )


def _close_once(fixed: tuple[str, ...], first: str = "") -> None:
    old, new = (", ".join(f"{row}.{column}" for column in fixed) for row in ("OLD", "NEW"))
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION distribution.close_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {first}
            IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL OR ({old}) IS DISTINCT FROM ({new}) THEN
                RAISE EXCEPTION 'settlement run % is closed once and never changed', OLD.number
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )


def downgrade() -> None:
    _close_once(_BEFORE)
    for table in reversed(_APPEND_ONLY):
        op.drop_table(table, schema="distribution")
    for column in reversed(_RULES):
        op.drop_column("settlement_runs", column, schema="distribution")
    op.execute("DELETE FROM distribution.chain_heads WHERE table_name = 'settlement_approvals'")
