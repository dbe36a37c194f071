"""What lowered a claim, in words: with its figures for the merchant, and for a distributor where they are their own."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from distribution.analytics.explanation.claim import Cut
from portal.explaining.amounts import exact_money
from portal.explaining.names import joined
from portal.formatting import money

_TOLD = {
    "ceiling": lazy_gettext("All levels together passed the program's ceiling, so each was lowered alike."),
    "shop_limit": lazy_gettext("Lowered to the shop's limit for this product."),
    "margin": lazy_gettext("Lowered so that the shop keeps its least margin after cost."),
    "line_cap": lazy_gettext(
        "All levels together passed what one item may bring, so each was lowered alike."
    ),
    "order_cap": lazy_gettext(
        "All levels together passed what one order may bring, so each was lowered alike."
    ),
    "month_cap": lazy_gettext("It passed what one person may earn in a month."),
    "quarter_cap": lazy_gettext("It passed what one person may earn in a quarter."),
    "year_cap": lazy_gettext("It passed what one person may earn in a year."),
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
