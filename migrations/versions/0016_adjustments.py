"""adjustments by hand, and the decision on each"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, begin_chains

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TABLES = ("adjustments", "adjustment_decisions")


def upgrade() -> None:
    op.create_table(
        "adjustments",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("adjustments_amount_check")),
        sa.CheckConstraint(
            "category IN ('correction', 'goodwill', 'prize', 'write_off', 'penalty', 'brought_forward', 'other')",
            name=op.f("adjustments_category_check"),
        ),
        sa.CheckConstraint(
            "CASE WHEN category IN ('goodwill', 'prize', 'write_off') THEN amount_minor > 0"
            " WHEN category IN ('penalty') THEN amount_minor < 0 ELSE true END",
            name=op.f("adjustments_direction_check"),
        ),
        sa.CheckConstraint("char_length(reason) BETWEEN 3 AND 500", name=op.f("adjustments_reason_check")),
        sa.CheckConstraint(
            "char_length(reference) BETWEEN 1 AND 100", name=op.f("adjustments_reference_check")
        ),
        sa.CheckConstraint(
            "limit_minor >= 0 AND second_person = (abs(amount_minor) > limit_minor)"
            " OR limit_minor IS NULL AND second_person",
            name=op.f("adjustments_second_person_check"),
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name="adjustments_distributor_id_fkey",
        ),
        sa.PrimaryKeyConstraint("number", name="adjustments_pkey"),
        sa.UniqueConstraint("id", name="adjustments_id_key"),
        schema="distribution",
    )
    op.create_index(
        "adjustments_distributor_id_idx",
        "adjustments",
        ["distributor_id", "currency", "number"],
        schema="distribution",
    )
    op.create_table(
        "adjustment_decisions",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("adjustment_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("available_before_minor", sa.BigInteger(), nullable=True),
        sa.Column("debt_before_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('approved', 'declined', 'withdrawn')",
            name=op.f("adjustment_decisions_decision_check"),
        ),
        sa.CheckConstraint(
            "(decision = 'approved') = (available_before_minor IS NOT NULL)"
            " AND (available_before_minor IS NULL) = (debt_before_minor IS NULL)",
            name=op.f("adjustment_decisions_before_check"),
        ),
        sa.CheckConstraint(
            "available_before_minor >= 0 AND debt_before_minor <= 0",
            name=op.f("adjustment_decisions_signs_check"),
        ),
        sa.CheckConstraint(
            "char_length(note) BETWEEN 1 AND 500", name=op.f("adjustment_decisions_note_check")
        ),
        sa.ForeignKeyConstraint(
            ["adjustment_id"],
            ["distribution.adjustments.id"],
            name="adjustment_decisions_adjustment_id_fkey",
        ),
        sa.PrimaryKeyConstraint("number", name="adjustment_decisions_pkey"),
        sa.UniqueConstraint("adjustment_id", name="adjustment_decisions_adjustment_id_key"),
        schema="distribution",
    )
    append_only(*_TABLES)
    begin_chains(*_TABLES)
    op.execute(
        """
        CREATE FUNCTION distribution.refuse_wrong_person() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            proposal distribution.adjustments;
        BEGIN
            SELECT * INTO proposal FROM distribution.adjustments WHERE id = NEW.adjustment_id;
            IF NEW.decision = 'approved' AND proposal.second_person = (NEW.actor = proposal.proposed_by)
               OR NEW.decision <> 'approved' AND (NEW.decision = 'withdrawn') <> (NEW.actor = proposal.proposed_by) THEN
                RAISE EXCEPTION 'adjustment % cannot be % by %', NEW.adjustment_id, NEW.decision, NEW.actor
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_decisions_person_check';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER refuse_wrong_person BEFORE INSERT ON distribution.adjustment_decisions "
        "FOR EACH ROW EXECUTE FUNCTION distribution.refuse_wrong_person()"
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table, schema="distribution")
        op.execute(f"DELETE FROM distribution.chain_heads WHERE table_name = '{table}'")
    op.execute("DROP FUNCTION distribution.refuse_wrong_person()")
