"""what the database itself refuses: changed history, circles of sponsors, reopened runs

The rows every database begins with are here too: the settlement epoch, the heads of the chains, the hash key.
"""

from __future__ import annotations

from alembic import op

from migrations.guards import append_only, begin_chains

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "accounts",
    "audit_log",
    "bindings",
    "commission_lines",
    "order_snapshots",
    "plan_versions",
    "program_versions",
    "shares",
    "sponsorships",
    "standings",
    "statements",
    "terms",
    "transfers",
    "withdrawal_events",
)
CHAINED = ("audit_log", "plan_versions", "program_versions", "sponsorships", "standings", "withdrawal_events")


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION distribution.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are never changed or deleted: append one that corrects', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    append_only(*APPEND_ONLY)
    op.execute(
        """
        CREATE FUNCTION distribution.close_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
               OR (OLD.id, OLD.currency, OLD.number, OLD.epoch, OLD.cutoff_at, OLD.previous_epoch, OLD.opened_at)
                  IS DISTINCT FROM
                  (NEW.id, NEW.currency, NEW.number, NEW.epoch, NEW.cutoff_at, NEW.previous_epoch, NEW.opened_at) THEN
                RAISE EXCEPTION 'settlement run % is closed once and never changed', OLD.number
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER close_once BEFORE UPDATE OR DELETE ON distribution.settlement_runs "
        "FOR EACH ROW EXECUTE FUNCTION distribution.close_once()"
    )
    op.execute(
        """
        CREATE FUNCTION distribution.refuse_circle() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            ancestor uuid := NEW.sponsor_id;
        BEGIN
            -- One change of the tree at a time: two moves that are fine alone may close a circle together.
            PERFORM pg_advisory_xact_lock(7305811940226002);
            WHILE ancestor IS NOT NULL LOOP
                IF ancestor = NEW.id THEN
                    RAISE EXCEPTION 'distributor % would be their own upline', NEW.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'distributors_no_circle_check';
                END IF;
                SELECT sponsor_id INTO ancestor FROM distribution.distributors WHERE id = ancestor;
            END LOOP;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER refuse_circle BEFORE UPDATE OF sponsor_id ON distribution.distributors "
        "FOR EACH ROW WHEN (NEW.sponsor_id IS NOT NULL AND NEW.sponsor_id IS DISTINCT FROM OLD.sponsor_id) "
        "EXECUTE FUNCTION distribution.refuse_circle()"
    )
    op.execute("INSERT INTO distribution.settlement_epochs (id, epoch) VALUES (1, 1)")
    begin_chains(*CHAINED)
    op.execute(
        "INSERT INTO distribution.hash_keys (name, key) "
        "VALUES ('shopper', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')))"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_circle ON distribution.distributors")
    op.execute("DROP TRIGGER close_once ON distribution.settlement_runs")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON distribution.{table}")
        op.execute(f"DROP TRIGGER append_only_whole ON distribution.{table}")
    op.execute("DROP FUNCTION distribution.refuse_circle()")
    op.execute("DROP FUNCTION distribution.close_once()")
    op.execute("DROP FUNCTION distribution.refuse_change()")
    op.execute("TRUNCATE distribution.settlement_epochs, distribution.chain_heads, distribution.hash_keys")
