"""What each role may do; looking is for everybody who may sign in."""

from __future__ import annotations

from enum import StrEnum

ROLES = ("owner", "finance", "support", "read_only")


class Act(StrEnum):
    """Something a person of the merchant's does in the console."""

    DECIDE_APPLICATIONS = "decide_applications"
    CHANGE_DISTRIBUTORS = "change_distributors"
    SEE_PERSONAL_DATA = "see_personal_data"
    REASSIGN_ORDERS = "reassign_orders"
    PUBLISH_PLAN = "publish_plan"
    REVIEW_COMMISSION = "review_commission"
    SETTLE = "settle"
    ADJUST = "adjust"
    DECIDE_WITHDRAWALS = "decide_withdrawals"
    ANNOUNCE = "announce"
    RETRY = "retry"
    VERIFY = "verify"
    MANAGE_MATERIALS = "manage_materials"
    CHANGE_PROGRAM = "change_program"
    MANAGE_ACCESS = "manage_access"


_ALLOWED: dict[str, frozenset[Act]] = {
    "owner": frozenset(Act),
    "finance": frozenset(
        {
            Act.PUBLISH_PLAN,
            Act.REASSIGN_ORDERS,
            Act.REVIEW_COMMISSION,
            Act.SETTLE,
            Act.ADJUST,
            Act.DECIDE_WITHDRAWALS,
            Act.RETRY,
            Act.VERIFY,
            Act.SEE_PERSONAL_DATA,
        }
    ),
    "support": frozenset(
        {
            Act.ANNOUNCE,
            Act.MANAGE_MATERIALS,
            Act.DECIDE_APPLICATIONS,
            Act.CHANGE_DISTRIBUTORS,
            Act.SEE_PERSONAL_DATA,
            Act.REASSIGN_ORDERS,
            Act.RETRY,
        }
    ),
    "read_only": frozenset(),
}


def allowed(role: str, act: Act) -> bool:
    """Whether a person of this role may do that."""
    return act in _ALLOWED.get(role, frozenset())
