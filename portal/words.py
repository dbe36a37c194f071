"""Words and tones for the codes the domain uses: states, statuses, reasons."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext, lazy_gettext, lazy_pgettext

Word = tuple[object, str]

WITHDRAWAL_STATES: dict[str, Word] = {
    "requested": (lazy_gettext("Waiting for approval"), "warn"),
    "approved_once": (lazy_gettext("First of two approvals"), "warn"),
    "approved": (lazy_gettext("Approved"), "note"),
    "sending": (lazy_gettext("On its way"), "note"),
    "sent": (lazy_gettext("Being paid"), "note"),
    "unknown": (lazy_gettext("Being checked"), "warn"),
    "paid": (lazy_pgettext("payout", "Paid"), "good"),
    "rejected": (lazy_gettext("Rejected"), "bad"),
    "cancelled": (lazy_gettext("Cancelled"), ""),
    "failed": (lazy_gettext("Failed, money returned"), "bad"),
}
ADJUSTMENT_STATES: dict[str, Word] = {
    "waiting": (lazy_gettext("Waiting for approval"), "warn"),
    "approved": (lazy_gettext("Carried out"), "good"),
    "declined": (lazy_gettext("Declined"), "bad"),
    "withdrawn": (lazy_gettext("Withdrawn"), ""),
}
ADJUSTMENT_CATEGORIES: dict[str, Word] = {
    "correction": (lazy_gettext("Correction"), ""),
    "goodwill": (lazy_gettext("Goodwill"), ""),
    "prize": (lazy_gettext("Prize"), ""),
    "write_off": (lazy_gettext("Debt forgiven"), ""),
    "penalty": (lazy_gettext("Penalty"), ""),
    "brought_forward": (lazy_gettext("Brought forward from elsewhere"), ""),
    "other": (lazy_gettext("Other"), ""),
    "left_behind": (lazy_gettext("Left with the shop"), ""),
}
DISTRIBUTOR_STATUSES: dict[str, Word] = {
    "applied": (lazy_gettext("Applied"), "warn"),
    "active": (lazy_gettext("Active"), "good"),
    "suspended": (lazy_gettext("Suspended"), "bad"),
    "left": (lazy_gettext("Left"), ""),
    "removed": (lazy_gettext("Removed"), "bad"),
    "rejected": (lazy_gettext("Rejected"), "bad"),
}
ORDER_STATES: dict[str, Word] = {
    "draft": (lazy_gettext("Draft"), ""),
    "placed": (lazy_gettext("Placed"), "warn"),
    "paid": (lazy_pgettext("order", "Paid"), "note"),
    "partly_shipped": (lazy_gettext("Partly shipped"), "note"),
    "shipped": (lazy_gettext("Shipped"), "good"),
    "received": (lazy_gettext("Received"), "good"),
    "partly_refunded": (lazy_gettext("Partly refunded"), "warn"),
    "refunded": (lazy_gettext("Refunded"), "bad"),
    "cancelled": (lazy_gettext("Cancelled"), ""),
}
LINE_KINDS: dict[str, Word] = {
    "accrual": (lazy_gettext("Earned"), ""),
    "reversal": (lazy_gettext("Taken back"), "bad"),
    "adjustment": (lazy_gettext("Adjusted"), "note"),
    "risk_hold": (lazy_gettext("Under review"), "warn"),
    "risk_release": (lazy_gettext("Released after review"), "good"),
    "receipt": (lazy_gettext("Received"), "good"),
}
REASONS: dict[str, Word] = {
    "voucher": (lazy_gettext("Voucher"), ""),
    "referral_code": (lazy_gettext("Link"), ""),
    "click": (lazy_gettext("Click"), ""),
    "binding": (lazy_gettext("Returning shopper"), ""),
    "self_purchase_sponsor": (lazy_gettext("Own purchase of your recruit"), ""),
    "reassigned": (lazy_gettext("Assigned by the merchant"), ""),
    "unknown_code": (lazy_gettext("Unknown code"), ""),
    "malformed_code": (lazy_gettext("Malformed code"), ""),
    "inactive_distributor": (lazy_gettext("Distributor not active"), ""),
    "outside_window": (lazy_gettext("Click too old"), ""),
    "not_a_new_customer": (lazy_gettext("Not a new customer"), ""),
    "self_purchase": (lazy_gettext("Own purchase"), ""),
    "replacement": (lazy_gettext("Replacement of another order"), ""),
    "no_referral": (lazy_gettext("No referral"), ""),
}
LEVELS: dict[int, object] = {
    1: lazy_gettext("Your sale"),
    2: lazy_gettext("Sale by someone you invited"),
    3: lazy_gettext("Sale two steps below you"),
}
_TABLES: dict[str, dict[str, Word]] = {
    "withdrawal": WITHDRAWAL_STATES,
    "adjustment": ADJUSTMENT_STATES,
    "adjustment_category": ADJUSTMENT_CATEGORIES,
    "distributor": DISTRIBUTOR_STATUSES,
    "order": ORDER_STATES,
    "line": LINE_KINDS,
    "reason": REASONS,
}


def word(code: str, table: str) -> str:
    """What people call a code of `table`; the code itself when it is new to us."""
    return str(_TABLES[table].get(code, (code, ""))[0])


def tone(code: str, table: str) -> str:
    """The tone of a code's badge."""
    return _TABLES[table].get(code, ("", ""))[1]


def level_word(level: int) -> str:
    """What a level of commission means to the one who earns it."""
    return str(LEVELS.get(level, gettext("Level %(level)s", level=level)))


def install(app: Flask) -> None:
    """Give templates all three as filters."""
    app.add_template_filter(word)
    app.add_template_filter(tone)
    app.add_template_filter(level_word)
