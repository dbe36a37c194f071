"""who accepted which version of the terms, what was accepted with an application copied; no tree too deep by hand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acceptances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip_encrypted", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name="acceptances_distributor_id_fkey"
        ),
        sa.PrimaryKeyConstraint("id", name="acceptances_pkey"),
        schema="distribution",
    )
    op.create_index(
        "acceptances_latest_idx",
        "acceptances",
        ["distributor_id", sa.text("at DESC"), sa.text("id DESC")],
        schema="distribution",
    )
    op.execute(
        """
        INSERT INTO distribution.acceptances (id, distributor_id, version, at, ip_encrypted)
        SELECT gen_random_uuid(), id, terms ->> 'version',
            coalesce((terms ->> 'accepted_at')::timestamptz, created_at), convert_to(terms ->> 'ip', 'UTF8')
        FROM (SELECT id, created_at, application -> 'terms' AS terms FROM distribution.distributors) AS applied
        WHERE terms ->> 'version' IS NOT NULL
        """
    )
    # The address alone may change: it is encrypted under a new key, or erased with the person.
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OF id, distributor_id, version, at OR DELETE "
        "ON distribution.acceptances FOR EACH ROW EXECUTE FUNCTION distribution.refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON distribution.acceptances "
        "FOR EACH STATEMENT EXECUTE FUNCTION distribution.refuse_change()"
    )
    op.execute(
        """
        CREATE FUNCTION distribution.refuse_depth() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            deepest integer := coalesce((
                SELECT (document ->> 'max_tree_depth')::integer FROM distribution.program_versions
                ORDER BY number DESC LIMIT 1
            ), 3);
        BEGIN
            IF NEW.depth > deepest THEN
                RAISE EXCEPTION 'distributor % would be % below the merchant, the program allows %',
                    NEW.id, NEW.depth, deepest
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'distributors_deepest_check';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    # Who is deeper already, from before a limit was lowered, may stay and come up.
    op.execute(
        "CREATE TRIGGER refuse_depth_of_new BEFORE INSERT ON distribution.distributors "
        "FOR EACH ROW WHEN (NEW.depth > 3) EXECUTE FUNCTION distribution.refuse_depth()"
    )
    op.execute(
        "CREATE TRIGGER refuse_depth BEFORE UPDATE OF depth ON distribution.distributors "
        "FOR EACH ROW WHEN (NEW.depth > 3 AND NEW.depth > OLD.depth) "
        "EXECUTE FUNCTION distribution.refuse_depth()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_depth ON distribution.distributors")
    op.execute("DROP TRIGGER refuse_depth_of_new ON distribution.distributors")
    op.execute("DROP FUNCTION distribution.refuse_depth()")
    op.drop_table("acceptances", schema="distribution")
