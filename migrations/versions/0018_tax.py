"""tax: who is taxed where, what statements withheld, numbers of self-billing invoices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.guards import append_only, begin_chains, close_once

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_PROGRAM_KINDS = ("commission", "payouts", "fees", "adjustments", "tax")
_FIXED = (
    *("id", "currency", "number", "epoch", "cutoff_at", "previous_epoch", "opened_at"),
    *("smallest_minor", "review", "second_person_above_minor"),
)
_COLUMNS = (
    ("statements", sa.Column("adjusted_to_date_minor", sa.BigInteger(), nullable=True)),
    ("statements", sa.Column("tax_year", sa.SmallInteger(), nullable=True)),
    ("statements", sa.Column("tax_profile_number", sa.BigInteger(), nullable=True)),
    ("statements", sa.Column("tax_country", sa.Text(), nullable=True)),
    ("statements", sa.Column("tax_minor", sa.BigInteger(), nullable=True)),
    ("statements", sa.Column("year_total_minor", sa.BigInteger(), nullable=True)),
    ("statements", sa.Column("year_tax_minor", sa.BigInteger(), nullable=True)),
    ("statements", sa.Column("invoice_series", sa.Text(), nullable=True)),
    ("statements", sa.Column("invoice_number", sa.BigInteger(), nullable=True)),
    ("settlement_runs", sa.Column("tax_year", sa.SmallInteger(), nullable=True)),
    ("settlement_runs", sa.Column("tax", sa.dialects.postgresql.JSONB(), nullable=True)),
)
_CHECKS = {
    "statements_tax_check": "tax_minor <= greatest(total_minor, 0)",
    "statements_year_check": (
        "(year_total_minor IS NULL) = (year_tax_minor IS NULL) AND (year_tax_minor IS NOT NULL OR tax_minor = 0)"
        " AND year_tax_minor >= 0"
    ),
    "statements_invoice_check": "(invoice_series IS NULL) = (invoice_number IS NULL)",
}


def upgrade() -> None:
    op.create_table(
        "tax_profiles",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("tax_id_label", sa.Text(), nullable=True),
        sa.Column("self_billing", sa.Boolean(), nullable=False),
        sa.Column("details_digest", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("tax_profiles_country_check")),
        sa.CheckConstraint("recipient IN ('person', 'company')", name=op.f("tax_profiles_recipient_check")),
        sa.PrimaryKeyConstraint("number", name="tax_profiles_pkey"),
        schema="distribution",
    )
    op.create_index(
        "tax_profiles_distributor_id_idx", "tax_profiles", ["distributor_id", "number"], schema="distribution"
    )
    op.create_table(
        "tax_details",
        sa.Column("profile_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("details_encrypted", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_number"],
            ["distribution.tax_profiles.number"],
            name="tax_details_profile_number_fkey",
        ),
        sa.PrimaryKeyConstraint("profile_number", name="tax_details_pkey"),
        schema="distribution",
    )
    append_only("tax_profiles")
    begin_chains("tax_profiles")
    for table, column in _COLUMNS:
        op.add_column(table, column, schema="distribution")
    _fill()
    for table, column in (
        *(("statements", name) for name in ("adjusted_to_date_minor", "tax_year", "tax_minor")),
        ("settlement_runs", "tax_year"),
    ):
        op.alter_column(table, column, nullable=False, schema="distribution")
    for name, rule in _CHECKS.items():
        op.create_check_constraint(op.f(name), "statements", rule, schema="distribution")
    op.create_unique_constraint(
        "statements_invoice_key", "statements", ["invoice_series", "invoice_number"], schema="distribution"
    )
    _program_kinds(_PROGRAM_KINDS)
    close_once(*_FIXED, "tax_year", "tax", reviewed_may_go=True)


def _fill() -> None:
    """What was settled before withheld nothing; its year is that of the program's own time zone."""
    op.execute("ALTER TABLE distribution.settlement_runs DISABLE TRIGGER close_once")
    op.execute("ALTER TABLE distribution.statements DISABLE TRIGGER append_only")
    op.execute(
        """
        UPDATE distribution.settlement_runs SET tax_year = extract(year FROM cutoff_at AT TIME ZONE coalesce(
            (SELECT document ->> 'time_zone' FROM distribution.program_versions ORDER BY number DESC LIMIT 1), 'UTC'
        ))
        """
    )
    op.execute(
        """
        UPDATE distribution.statements statement
        SET tax_year = run.tax_year, tax_minor = 0, adjusted_to_date_minor = 0
        FROM distribution.settlement_runs run WHERE run.id = statement.run_id
        """
    )
    op.execute("ALTER TABLE distribution.statements ENABLE TRIGGER append_only")
    op.execute("ALTER TABLE distribution.settlement_runs ENABLE TRIGGER close_once")


def _program_kinds(kinds: tuple[str, ...]) -> None:
    op.drop_constraint("accounts_kind_check", "accounts", schema="distribution")
    op.create_check_constraint(
        op.f("accounts_kind_check"),
        "accounts",
        "(distributor_id IS NOT NULL AND kind IN ('available', 'reserved', 'debt'))"
        f" OR (distributor_id IS NULL AND kind IN {kinds})",
        schema="distribution",
    )


def downgrade() -> None:
    close_once(*_FIXED, reviewed_may_go=True)
    _program_kinds(_PROGRAM_KINDS[:-1])
    op.drop_constraint("statements_invoice_key", "statements", schema="distribution")
    for name in _CHECKS:
        op.drop_constraint(op.f(name), "statements", schema="distribution")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column.name, schema="distribution")
    op.drop_table("tax_details", schema="distribution")
    op.drop_table("tax_profiles", schema="distribution")
    op.execute("DELETE FROM distribution.chain_heads WHERE table_name = 'tax_profiles'")
