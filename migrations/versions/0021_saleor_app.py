"""the Saleor App: where it is installed, which deliveries were taken lately"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saleor_installations",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("api_url", sa.Text(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("saleor_version", sa.Text(), nullable=False),
        sa.Column("token_encrypted", sa.Text(), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (token_encrypted IS NOT NULL)"
            " AND (removed_at IS NULL) = (removed_reason IS NULL)",
            name=op.f("saleor_installations_removed_check"),
        ),
        sa.PrimaryKeyConstraint("id", name="saleor_installations_pkey"),
        schema="distribution",
    )
    op.create_index(
        "saleor_installations_open_key",
        "saleor_installations",
        ["api_url"],
        unique=True,
        schema="distribution",
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "saleor_deliveries",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="saleor_deliveries_pkey"),
        schema="distribution",
    )
    op.create_index(
        "saleor_deliveries_taken_at_idx", "saleor_deliveries", ["taken_at"], schema="distribution"
    )
    # What was installed when is history: a removed installation stays as it is.
    op.execute(
        """
        CREATE FUNCTION distribution.remove_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'UPDATE' OR OLD.removed_at IS NOT NULL
               OR (OLD.id, OLD.api_url, OLD.app_id, OLD.saleor_version, OLD.installed_at)
                  IS DISTINCT FROM (NEW.id, NEW.api_url, NEW.app_id, NEW.saleor_version, NEW.installed_at) THEN
                RAISE EXCEPTION 'installation % is removed once and never changed', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER remove_once BEFORE UPDATE OR DELETE ON distribution.saleor_installations "
        "FOR EACH ROW EXECUTE FUNCTION distribution.remove_once()"
    )


def downgrade() -> None:
    op.drop_table("saleor_deliveries", schema="distribution")
    op.drop_table("saleor_installations", schema="distribution")
    op.execute("DROP FUNCTION distribution.remove_once()")
