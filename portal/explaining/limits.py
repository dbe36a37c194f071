"""What lowered a claim, in words: with its figures for the merchant, and for a distributor where they are their own."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from distribution.analytics.explanation.claim import Cut
from portal.explaining.amounts import exact_money
from portal.explaining.names import joined
from portal.formatting import money

_TOLD = {
    "ceiling": lazy_gettext(
        "All levels together passed the program's ceiling, so each was lowered in the same proportion."
    ),
    "shop_limit": lazy_gettext("Lowered to the shop's limit for this product."),
    "margin": lazy_gettext("Lowered to keep the shop's minimum margin after cost."),
    "line_cap": lazy_gettext(
        "All levels together passed the cap for one item, so each was lowered in the same proportion."
    ),
    "order_cap": lazy_gettext(
        "All levels together passed the cap for one order, so each was lowered in the same proportion."
    ),
    "month_cap": lazy_gettext("It passed the monthly cap for one person."),
    "quarter_cap": lazy_gettext("It passed the quarterly cap for one person."),
    "year_cap": lazy_gettext("It passed the yearly cap for one person."),
}


def cut_words(cut: Cut, currency: str) -> str:
    """What a limit did, and with which figures where they are known to the reader."""
    told = str(_TOLD.get(cut.name, cut.name))
    if cut.allowed is None:
        return told
    if cut.cap is not None and cut.allowed != cut.cap.amount_minor:
        figures = gettext(
            "Of %(cap)s there were %(left)s left.",
            cap=money(cut.cap.amount_minor, currency),
            left=exact_money(cut.allowed, currency),
        )
    elif cut.asked is not None:
        figures = gettext(
            "%(asked)s was claimed, %(allowed)s is allowed.",
            asked=exact_money(cut.asked, currency),
            allowed=exact_money(cut.allowed, currency),
        )
    else:
        figures = gettext("%(allowed)s is allowed.", allowed=exact_money(cut.allowed, currency))
    return joined((told, figures))
