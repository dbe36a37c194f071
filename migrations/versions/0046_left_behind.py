"""what is left of somebody whose account is closed stays with the shop: a kind of adjustment no person proposes"""

from __future__ import annotations

from alembic import op

revision = "0046"
down_revision = "0043"
branch_labels = None
depends_on = None

_PEOPLES = "'correction', 'goodwill', 'prize', 'write_off', 'penalty', 'brought_forward', 'other'"
_GIVES = "'goodwill', 'prize', 'write_off'"


def _kinds(every: str, takes: str) -> None:
    for name in ("category", "direction"):
        op.drop_constraint(f"adjustments_{name}_check", "adjustments", schema="distribution")
    op.create_check_constraint(
        op.f("adjustments_category_check"), "adjustments", f"category IN ({every})", schema="distribution"
    )
    op.create_check_constraint(
        op.f("adjustments_direction_check"),
        "adjustments",
        f"CASE WHEN category IN ({_GIVES}) THEN amount_minor > 0"
        f" WHEN category IN ({takes}) THEN amount_minor < 0 ELSE true END",
        schema="distribution",
    )


def upgrade() -> None:
    _kinds(f"{_PEOPLES}, 'left_behind'", "'penalty', 'left_behind'")


def downgrade() -> None:
    """Refused by the database once something was left behind: what happened is not forgotten."""
    _kinds(_PEOPLES, "'penalty'")
