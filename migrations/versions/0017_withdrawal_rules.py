"""fees, promises, second approvals and cooling periods of withdrawals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_BEFORE = ("requested", "approved", "sending", "sent", "unknown", "paid", "rejected", "cancelled", "failed")
_STATES = ("requested", "approved_once", *_BEFORE[1:])
_OPEN = (
    "due_at IS NOT NULL AND state IN ('requested', 'approved_once', 'approved', 'sending', 'sent', 'unknown')"
)
_FIXED = (
    "id",
    "distributor_id",
    "currency",
    "amount_minor",
    "fee_minor",
    "method",
    "method_id",
    "idempotency_key",
    "approvals_needed",
    "requested_at",
    "due_at",
)


def upgrade() -> None:
    op.add_column(
        "payout_methods",
        sa.Column("cooling_until", sa.DateTime(timezone=True), nullable=True),
        schema="distribution",
    )
    op.create_check_constraint(
        op.f("payout_methods_cooling_check"),
        "payout_methods",
        "cooling_until > created_at",
        schema="distribution",
    )
    for column in (
        sa.Column("approvals_needed", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("withdrawals", column, schema="distribution")
    for name, rule in (
        ("due", "due_at > requested_at"),
        ("approvals_needed", "approvals_needed IN (1, 2)"),
        ("overdue_told", "overdue_told_at > due_at"),
    ):
        op.create_check_constraint(
            op.f(f"withdrawals_{name}_check"), "withdrawals", rule, schema="distribution"
        )
    _allow(_STATES)
    op.create_index(
        "withdrawals_due_at_idx",
        "withdrawals",
        ["due_at"],
        schema="distribution",
        postgresql_where=sa.text(_OPEN),
    )
    old, new = (", ".join(f"{row}.{column}" for column in _FIXED) for row in ("OLD", "NEW"))
    op.execute(
        f"""
        CREATE FUNCTION distribution.fixed_at_request() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF ({old}) IS DISTINCT FROM ({new}) THEN
                RAISE EXCEPTION 'what withdrawal % asked for and costs was fixed with its request', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER fixed_at_request BEFORE UPDATE ON distribution.withdrawals "
        "FOR EACH ROW EXECUTE FUNCTION distribution.fixed_at_request()"
    )
    op.execute(
        """
        CREATE FUNCTION distribution.refuse_lone_approval() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            needed smallint;
        BEGIN
            SELECT approvals_needed INTO needed FROM distribution.withdrawals WHERE id = NEW.withdrawal_id;
            IF NEW.state = 'approved' AND needed = 2 AND NOT EXISTS (
                SELECT FROM distribution.withdrawal_events
                WHERE withdrawal_id = NEW.withdrawal_id AND state = 'approved_once' AND actor <> NEW.actor
            ) THEN
                RAISE EXCEPTION 'withdrawal % takes two people to approve it', NEW.withdrawal_id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_events_two_people_check';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER refuse_lone_approval BEFORE INSERT ON distribution.withdrawal_events "
        "FOR EACH ROW EXECUTE FUNCTION distribution.refuse_lone_approval()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_lone_approval ON distribution.withdrawal_events")
    op.execute("DROP TRIGGER fixed_at_request ON distribution.withdrawals")
    op.execute("DROP FUNCTION distribution.refuse_lone_approval()")
    op.execute("DROP FUNCTION distribution.fixed_at_request()")
    op.drop_index("withdrawals_due_at_idx", "withdrawals", schema="distribution")
    for column in ("overdue_told_at", "due_at", "approvals_needed"):
        op.drop_column("withdrawals", column, schema="distribution")
    op.drop_column("payout_methods", "cooling_until", schema="distribution")
    # Refused while somebody's first approval stands in the history, which nothing may change.
    _allow(_BEFORE)


def _allow(states: tuple[str, ...]) -> None:
    for table in ("withdrawals", "withdrawal_events"):
        name = op.f(f"{table}_state_check")
        op.drop_constraint(name, table, schema="distribution", type_="check")
        op.create_check_constraint(name, table, f"state IN {states}", schema="distribution")
