"""first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("api_tokens_pkey")),
        sa.UniqueConstraint("name", name=op.f("api_tokens_name_key")),
        sa.UniqueConstraint("token_hash", name=op.f("api_tokens_token_hash_key")),
        schema="distribution",
    )
    op.create_table(
        "audit_log",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("audit_log_pkey")),
        schema="distribution",
    )
    op.create_index(
        op.f("audit_log_subject_type_subject_id_idx"),
        "audit_log",
        ["subject_type", "subject_id"],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "bad_snapshots",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", "external_id", name=op.f("bad_snapshots_pkey")),
        schema="distribution",
    )
    op.create_table(
        "balances",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'debt' AND balance_minor <= 0) OR (kind <> 'debt' AND balance_minor >= 0)",
            name=op.f("balances_guard_check"),
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("balances_pkey")),
        schema="distribution",
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "bindings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("customer_key", sa.LargeBinary(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("audit_number", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(order_id IS NULL) <> (audit_number IS NULL)", name=op.f("bindings_one_cause_check")
        ),
        sa.CheckConstraint("ends_at > effective_at", name=op.f("bindings_ends_later_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("bindings_pkey")),
        sa.UniqueConstraint("order_id", name=op.f("bindings_order_id_key")),
        schema="distribution",
    )
    op.create_index(
        "bindings_as_of_idx",
        "bindings",
        ["customer_key", sa.literal_column("effective_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="distribution",
    )
    op.create_index(
        "bindings_distributor_id_idx", "bindings", ["distributor_id"], unique=False, schema="distribution"
    )
    op.create_table(
        "chain_heads",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("chain_heads_pkey")),
        schema="distribution",
    )
    op.create_table(
        "distributors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sponsor_id", sa.Uuid(), nullable=True),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("third_id", sa.Uuid(), nullable=True),
        sa.Column("depth", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("session_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("application", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('applied', 'active', 'suspended', 'left', 'removed', 'rejected')",
            name=op.f("distributors_status_check"),
        ),
        sa.CheckConstraint(
            "(sponsor_id IS NOT NULL OR second_id IS NULL) AND (second_id IS NOT NULL OR third_id IS NULL)",
            name=op.f("distributors_upline_check"),
        ),
        sa.CheckConstraint("depth >= 1", name=op.f("distributors_depth_check")),
        sa.CheckConstraint(
            "sponsor_id <> id AND second_id <> id AND third_id <> id",
            name=op.f("distributors_no_circle_check"),
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["distribution.distributors.id"], name=op.f("distributors_sponsor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("distributors_pkey")),
        schema="distribution",
    )
    op.create_index(
        "distributors_email_key",
        "distributors",
        [sa.literal_column("lower(email)")],
        unique=True,
        schema="distribution",
    )
    op.create_index(
        "distributors_second_id_idx", "distributors", ["second_id", "id"], unique=False, schema="distribution"
    )
    op.create_index(
        "distributors_sponsor_id_idx",
        "distributors",
        ["sponsor_id", "id"],
        unique=False,
        schema="distribution",
    )
    op.create_index(
        "distributors_status_idx",
        "distributors",
        ["status", "created_at"],
        unique=False,
        schema="distribution",
    )
    op.create_index(
        "distributors_third_id_idx", "distributors", ["third_id", "id"], unique=False, schema="distribution"
    )
    op.create_table(
        "hash_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("hash_keys_pkey")),
        schema="distribution",
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("token_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("idempotent_answers_pkey")),
        schema="distribution",
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), server_default=sa.text("'saleor'"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("referral", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('order', 'checkout')", name=op.f("inbox_kind_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("inbox_pkey")),
        schema="distribution",
    )
    op.create_index("inbox_due_at_idx", "inbox", ["due_at", "id"], unique=False, schema="distribution")
    op.create_index("inbox_subject_idx", "inbox", ["kind", "subject_id"], unique=False, schema="distribution")
    op.create_table(
        "merchants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("session_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'finance', 'support', 'read_only')", name=op.f("merchants_role_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("merchants_pkey")),
        schema="distribution",
    )
    op.create_index(
        "merchants_email_key",
        "merchants",
        [sa.literal_column("lower(email)")],
        unique=True,
        schema="distribution",
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("customer_key", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("fulfilled_quantity", sa.Integer(), nullable=False),
        sa.Column("returned_quantity", sa.Integer(), nullable=False),
        sa.Column("given_back_minor", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("snapshot_count", sa.Integer(), nullable=False),
        sa.Column("terms_count", sa.Integer(), nullable=False),
        sa.Column("share_count", sa.Integer(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'open', 'cancelled')", name=op.f("orders_status_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("orders_pkey")),
        sa.UniqueConstraint("source", "external_id", name="orders_external_id_key"),
        schema="distribution",
    )
    op.create_index(
        "orders_customer_key_idx",
        "orders",
        ["customer_key", "placed_at"],
        unique=False,
        schema="distribution",
        postgresql_where=sa.text("customer_key IS NOT NULL"),
    )
    op.create_index(
        "orders_distributor_id_idx",
        "orders",
        ["distributor_id", "placed_at"],
        unique=False,
        schema="distribution",
    )
    op.create_index("orders_placed_at_idx", "orders", ["placed_at"], unique=False, schema="distribution")
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        sa.UniqueConstraint("dedupe_key", name=op.f("outbox_dedupe_key_key")),
        schema="distribution",
    )
    op.create_index(
        "outbox_due_idx",
        "outbox",
        ["due_at"],
        unique=False,
        schema="distribution",
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.create_table(
        "plan_versions",
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("plan_versions_pkey")),
        schema="distribution",
    )
    op.create_table(
        "program_versions",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("program_versions_pkey")),
        schema="distribution",
    )
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("repaired", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("reconciliations_pkey")),
        schema="distribution",
    )
    op.create_table(
        "settlement_epochs",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("settlement_epochs_single_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("settlement_epochs_pkey")),
        schema="distribution",
    )
    op.create_table(
        "settlement_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_epoch", sa.BigInteger(), nullable=False),
        sa.Column("previous_cutoff_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement_count", sa.Integer(), nullable=True),
        sa.Column("line_count", sa.BigInteger(), nullable=True),
        sa.Column("credited_minor", sa.BigInteger(), nullable=True),
        sa.Column("debited_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("epoch > previous_epoch", name=op.f("settlement_runs_epoch_never_back_check")),
        sa.CheckConstraint(
            "previous_cutoff_at IS NULL OR cutoff_at >= previous_cutoff_at",
            name=op.f("settlement_runs_cutoff_never_back_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("settlement_runs_pkey")),
        sa.UniqueConstraint("currency", "number", name="settlement_runs_number_key"),
        schema="distribution",
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("accrued_minor", sa.BigInteger(), nullable=False),
        sa.Column("reversed_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("debt_before_minor", sa.BigInteger(), nullable=False),
        sa.Column("available_before_minor", sa.BigInteger(), nullable=False),
        sa.Column("debt_after_minor", sa.BigInteger(), nullable=False),
        sa.Column("available_after_minor", sa.BigInteger(), nullable=False),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("accrued_minor >= 0 AND reversed_minor <= 0", name=op.f("statements_signs_check")),
        sa.CheckConstraint(
            "total_minor = accrued_minor + reversed_minor", name=op.f("statements_total_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("statements_pkey")),
        sa.UniqueConstraint("distributor_id", "currency", "number", name="statements_number_key"),
        sa.UniqueConstraint("run_id", "distributor_id", name="statements_run_key"),
        schema="distribution",
    )
    op.create_table(
        "transfers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("debit_account_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_account_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("transfers_amount_check")),
        sa.CheckConstraint(
            "debit_account_id <> credit_account_id", name=op.f("transfers_two_accounts_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("transfers_pkey")),
        sa.UniqueConstraint("document_id", "kind", name="transfers_document_key"),
        schema="distribution",
    )
    op.create_index(
        "transfers_credit_account_id_idx",
        "transfers",
        ["credit_account_id", "id"],
        unique=False,
        schema="distribution",
    )
    op.create_index(
        "transfers_debit_account_id_idx",
        "transfers",
        ["debit_account_id", "id"],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "verifications",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("differences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("checked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("verifications_pkey")),
        schema="distribution",
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(distributor_id IS NOT NULL AND kind IN ('available', 'reserved', 'debt')) OR (distributor_id IS NULL AND kind IN ('commission', 'payouts', 'fees', 'adjustments'))",
            name=op.f("accounts_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name=op.f("accounts_distributor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("accounts_pkey")),
        sa.UniqueConstraint(
            "distributor_id",
            "kind",
            "currency",
            name="accounts_identity_key",
            postgresql_nulls_not_distinct=True,
        ),
        schema="distribution",
    )
    op.create_table(
        "checkout_referrals",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checkout_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("click_id", sa.Text(), nullable=True),
        sa.Column("distributor_id", sa.Uuid(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name=op.f("checkout_referrals_distributor_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("source", "checkout_id", name=op.f("checkout_referrals_pkey")),
        schema="distribution",
    )
    op.create_table(
        "clicks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("ip_hash", sa.LargeBinary(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name=op.f("clicks_distributor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("clicks_pkey")),
        schema="distribution",
    )
    op.create_index(
        "clicks_distributor_id_at_idx",
        "clicks",
        ["distributor_id", "at"],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "order_snapshots",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["distribution.orders.id"], name=op.f("order_snapshots_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("order_snapshots_pkey")),
        schema="distribution",
    )
    op.create_table(
        "payout_methods",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("details_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name=op.f("payout_methods_distributor_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payout_methods_pkey")),
        schema="distribution",
    )
    op.create_index(
        "payout_methods_distributor_id_idx",
        "payout_methods",
        ["distributor_id"],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "referral_codes",
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('link', 'voucher')", name=op.f("referral_codes_kind_check")),
        sa.CheckConstraint("char_length(code) BETWEEN 1 AND 255", name=op.f("referral_codes_length_check")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name=op.f("referral_codes_distributor_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("code_key", name=op.f("referral_codes_pkey")),
        schema="distribution",
    )
    op.create_index(
        "referral_codes_distributor_id_idx",
        "referral_codes",
        ["distributor_id"],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "sponsorships",
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("sponsor_id", sa.Uuid(), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("sponsor_id <> distributor_id", name=op.f("sponsorships_not_self_check")),
        sa.ForeignKeyConstraint(
            ["distributor_id"],
            ["distribution.distributors.id"],
            name=op.f("sponsorships_distributor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["distribution.distributors.id"], name=op.f("sponsorships_sponsor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("sponsorships_pkey")),
        schema="distribution",
    )
    op.create_index(
        "sponsorships_as_of_idx",
        "sponsorships",
        ["distributor_id", sa.literal_column("effective_at DESC"), sa.literal_column("number DESC")],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "standings",
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "status IN ('applied', 'active', 'suspended', 'left', 'removed', 'rejected')",
            name=op.f("standings_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name=op.f("standings_distributor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("standings_pkey")),
        schema="distribution",
    )
    op.create_index(
        "standings_as_of_idx",
        "standings",
        ["distributor_id", sa.literal_column("effective_at DESC"), sa.literal_column("number DESC")],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "team_counts",
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("team_counts_level_check")),
        sa.CheckConstraint("members >= 0", name=op.f("team_counts_members_check")),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name=op.f("team_counts_distributor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("distributor_id", "level", name=op.f("team_counts_pkey")),
        schema="distribution",
    )
    op.create_table(
        "terms",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot_number", sa.Integer(), nullable=False),
        sa.Column("plan_number", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("third_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hold_days", sa.Integer(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["distribution.orders.id"], name=op.f("terms_order_id_fkey")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("terms_pkey")),
        schema="distribution",
    )
    op.create_table(
        "shares",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("terms_number", sa.Integer(), nullable=False),
        sa.Column("snapshot_number", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("rate_numerator", sa.Numeric(precision=60, scale=0), nullable=False),
        sa.Column("rate_denominator", sa.Numeric(precision=60, scale=0), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("base IN ('net', 'gross')", name=op.f("shares_base_check")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("shares_level_check")),
        sa.CheckConstraint("rate_numerator >= 0 AND rate_denominator > 0", name=op.f("shares_rate_check")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("shares_pkey")),
        schema="distribution",
    )
    op.create_index(
        "shares_distributor_id_idx",
        "shares",
        ["distributor_id", "order_id"],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("method_id", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'sending', 'sent', 'unknown', 'paid', 'rejected', 'cancelled', 'failed')",
            name=op.f("withdrawals_state_check"),
        ),
        sa.CheckConstraint(
            "amount_minor > 0 AND fee_minor >= 0 AND fee_minor < amount_minor",
            name=op.f("withdrawals_amount_check"),
        ),
        sa.ForeignKeyConstraint(
            ["distributor_id"], ["distribution.distributors.id"], name=op.f("withdrawals_distributor_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["method_id"], ["distribution.payout_methods.id"], name=op.f("withdrawals_method_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("withdrawals_pkey")),
        sa.UniqueConstraint("idempotency_key", name=op.f("withdrawals_idempotency_key_key")),
        schema="distribution",
    )
    op.create_index(
        "withdrawals_distributor_id_idx",
        "withdrawals",
        ["distributor_id", "requested_at"],
        unique=False,
        schema="distribution",
    )
    op.create_index(
        "withdrawals_open_idx", "withdrawals", ["state", "requested_at"], unique=False, schema="distribution"
    )
    op.create_table(
        "commission_lines",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("share_number", sa.Integer(), nullable=False),
        sa.Column("snapshot_number", sa.Integer(), nullable=False),
        sa.Column("distributor_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("matures_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('accrual', 'reversal', 'risk_hold', 'risk_release')",
            name=op.f("commission_lines_kind_check"),
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("commission_lines_amount_check")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("commission_lines_pkey")),
        schema="distribution",
    )
    op.create_index(
        "commission_lines_distributor_id_idx",
        "commission_lines",
        ["distributor_id", "currency", "matures_at"],
        unique=False,
        schema="distribution",
    )
    op.create_index(
        "commission_lines_epoch_idx",
        "commission_lines",
        ["epoch"],
        unique=False,
        schema="distribution",
        postgresql_using="brin",
    )
    op.create_index(
        "commission_lines_matures_at_idx",
        "commission_lines",
        ["currency", "matures_at"],
        unique=False,
        schema="distribution",
    )
    op.create_table(
        "withdrawal_events",
        sa.Column("withdrawal_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'sending', 'sent', 'unknown', 'paid', 'rejected', 'cancelled', 'failed')",
            name=op.f("withdrawal_events_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"],
            ["distribution.withdrawals.id"],
            name=op.f("withdrawal_events_withdrawal_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("withdrawal_events_pkey")),
        sa.UniqueConstraint("withdrawal_id", "step", name="withdrawal_events_step_key"),
        schema="distribution",
    )


def downgrade() -> None:
    op.drop_table("withdrawal_events", schema="distribution")
    op.drop_index("commission_lines_matures_at_idx", table_name="commission_lines", schema="distribution")
    op.drop_index(
        "commission_lines_epoch_idx",
        table_name="commission_lines",
        schema="distribution",
        postgresql_using="brin",
    )
    op.drop_index("commission_lines_distributor_id_idx", table_name="commission_lines", schema="distribution")
    op.drop_table("commission_lines", schema="distribution")
    op.drop_index("withdrawals_open_idx", table_name="withdrawals", schema="distribution")
    op.drop_index("withdrawals_distributor_id_idx", table_name="withdrawals", schema="distribution")
    op.drop_table("withdrawals", schema="distribution")
    op.drop_index("shares_distributor_id_idx", table_name="shares", schema="distribution")
    op.drop_table("shares", schema="distribution")
    op.drop_table("terms", schema="distribution")
    op.drop_table("team_counts", schema="distribution")
    op.drop_index("standings_as_of_idx", table_name="standings", schema="distribution")
    op.drop_table("standings", schema="distribution")
    op.drop_index("sponsorships_as_of_idx", table_name="sponsorships", schema="distribution")
    op.drop_table("sponsorships", schema="distribution")
    op.drop_index("referral_codes_distributor_id_idx", table_name="referral_codes", schema="distribution")
    op.drop_table("referral_codes", schema="distribution")
    op.drop_index("payout_methods_distributor_id_idx", table_name="payout_methods", schema="distribution")
    op.drop_table("payout_methods", schema="distribution")
    op.drop_table("order_snapshots", schema="distribution")
    op.drop_index("clicks_distributor_id_at_idx", table_name="clicks", schema="distribution")
    op.drop_table("clicks", schema="distribution")
    op.drop_table("checkout_referrals", schema="distribution")
    op.drop_table("accounts", schema="distribution")
    op.drop_table("verifications", schema="distribution")
    op.drop_index("transfers_debit_account_id_idx", table_name="transfers", schema="distribution")
    op.drop_index("transfers_credit_account_id_idx", table_name="transfers", schema="distribution")
    op.drop_table("transfers", schema="distribution")
    op.drop_table("statements", schema="distribution")
    op.drop_table("settlement_runs", schema="distribution")
    op.drop_table("settlement_epochs", schema="distribution")
    op.drop_table("reconciliations", schema="distribution")
    op.drop_table("program_versions", schema="distribution")
    op.drop_table("plan_versions", schema="distribution")
    op.drop_index(
        "outbox_due_idx",
        table_name="outbox",
        schema="distribution",
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.drop_table("outbox", schema="distribution")
    op.drop_index("orders_placed_at_idx", table_name="orders", schema="distribution")
    op.drop_index("orders_distributor_id_idx", table_name="orders", schema="distribution")
    op.drop_index(
        "orders_customer_key_idx",
        table_name="orders",
        schema="distribution",
        postgresql_where=sa.text("customer_key IS NOT NULL"),
    )
    op.drop_table("orders", schema="distribution")
    op.drop_index("merchants_email_key", table_name="merchants", schema="distribution")
    op.drop_table("merchants", schema="distribution")
    op.drop_index("inbox_subject_idx", table_name="inbox", schema="distribution")
    op.drop_index("inbox_due_at_idx", table_name="inbox", schema="distribution")
    op.drop_table("inbox", schema="distribution")
    op.drop_table("idempotent_answers", schema="distribution")
    op.drop_table("hash_keys", schema="distribution")
    op.drop_index("distributors_third_id_idx", table_name="distributors", schema="distribution")
    op.drop_index("distributors_status_idx", table_name="distributors", schema="distribution")
    op.drop_index("distributors_sponsor_id_idx", table_name="distributors", schema="distribution")
    op.drop_index("distributors_second_id_idx", table_name="distributors", schema="distribution")
    op.drop_index("distributors_email_key", table_name="distributors", schema="distribution")
    op.drop_table("distributors", schema="distribution")
    op.drop_table("chain_heads", schema="distribution")
    op.drop_index("bindings_distributor_id_idx", table_name="bindings", schema="distribution")
    op.drop_index("bindings_as_of_idx", table_name="bindings", schema="distribution")
    op.drop_table("bindings", schema="distribution")
    op.drop_table("balances", schema="distribution")
    op.drop_table("bad_snapshots", schema="distribution")
    op.drop_index(
        op.f("audit_log_subject_type_subject_id_idx"), table_name="audit_log", schema="distribution"
    )
    op.drop_table("audit_log", schema="distribution")
    op.drop_table("api_tokens", schema="distribution")
