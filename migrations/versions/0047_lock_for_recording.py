"""whoever records takes all locks by one call: its statements each see what was committed while they waited

The numbers come from the application, which knows what they stand for.
"""

from __future__ import annotations

from alembic import op

revision = "0047"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION distribution.lock_for_recording(epoch_lock bigint, counting_lock bigint, locks bigint[])
        RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(epoch_lock);
            PERFORM pg_advisory_xact_lock(counting_lock) FROM distribution.counting;
            PERFORM pg_advisory_xact_lock(each) FROM unnest(locks) AS each;
        END $$
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION distribution.lock_for_recording(bigint, bigint, bigint[])")
