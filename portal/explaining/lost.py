"""Why a rule did not decide, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext

from distribution.analytics.explanation.lost import Lost
from distribution.commission.plan.rules import Campaign, Rate

ROWS = {
    "what": lazy_gettext("the one that counts is closer to the product"),
    "who": lazy_gettext("the one that counts is closer to the person"),
    "where": lazy_gettext("the one that counts names the channel"),
    "stage": lazy_gettext("the one that counts names the product's sales stage"),
    "order_size": lazy_gettext("the one that counts is for larger orders"),
    "customer": lazy_gettext("the one that counts says whether the customer is new"),
    "priority": lazy_gettext("the one that counts has a higher priority"),
}
REASONS = {
    "less_specific": lazy_gettext("fits, but another one is more precise"),
    "other_variant": lazy_gettext("for another variant"),
    "other_product": lazy_gettext("for another product"),
    "other_collection": lazy_gettext("for another collection"),
    "other_category": lazy_gettext("for another category"),
    "other_person": lazy_gettext("for another person"),
    "other_group": lazy_gettext("for another group"),
    "other_grade": lazy_gettext("for another grade"),
    "other_channel": lazy_gettext("for another channel"),
    "other_stage": lazy_gettext("the product is at another sales stage"),
    "other_currency": lazy_gettext("for orders in another currency"),
    "order_too_small": lazy_gettext("the order is too small"),
    "first_order_only": lazy_gettext("only for a customer's first order, and this is a further one"),
    "repeat_order_only": lazy_gettext("only for further orders of a customer, and this is the first"),
    "other_level": lazy_gettext("for another level"),
    "not_yet": lazy_gettext("had not begun when the order was placed"),
    "over": lazy_gettext("was over when the order was placed"),
    "does_not_stack": lazy_gettext("does not stack with the one that counts"),
    "overridden": lazy_gettext("another campaign's rate counts instead"),
}


def why(lost: Lost[Rate] | Lost[Campaign]) -> str:
    """Why this one did not decide."""
    if lost.reason == "less_specific" and lost.row is not None:
        return str(ROWS[lost.row])
    return reason_words(lost.reason)


def reason_words(reason: str) -> str:
    """A reason, whatever the rule; the code itself when it is new to us."""
    return str(REASONS.get(reason, reason))
