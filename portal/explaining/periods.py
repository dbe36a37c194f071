"""What a period decided as a whole, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from flask_babel import gettext, lazy_gettext

from portal.formatting import money, percent
from portal.i18n import current_locale

_SKELETONS = {"month": "yMMMM", "quarter": "yQQQ", "year": "y"}
SALES = {
    (True, "own"): lazy_gettext("Your own sales"),
    (True, "team"): lazy_gettext("Your team's sales"),
    (False, "own"): lazy_gettext("Own sales"),
    (False, "team"): lazy_gettext("The team's sales"),
}


def period_words(period: str, first: date) -> str:
    """ "March 2026", "Q1 2026", "2026"."""
    return str(format_skeleton(_SKELETONS[period], first, locale=current_locale()))


def adjustment_words(
    period: str, first: date, basis: Mapping[str, Any], currency: str, *, own: bool = True
) -> list[str]:
    """Why an adjusting line has its amount, a sentence for each tier and cap; `own` when its distributor reads it."""
    name = period_words(period, first)
    sentences = [
        *(_tier(tier, name, currency, own) for tier in basis.get("tiers", ())),
        *_caps(basis.get("caps", ()), name, currency),
    ]
    return sentences or [gettext("The orders of %(period)s changed after it was over.", period=name)]


def _tier(tier: Mapping[str, Any], name: str, currency: str, own: bool) -> str:
    known = {
        "sales": SALES[own, tier["by"]],
        "period": name,
        "amount": money(tier["sales"], currency),
        "rate": percent(tier["bps"]),
    }
    before = [bps for bps in tier["before"] if bps != tier["bps"]]
    if not before:
        return gettext("%(sales)s of %(period)s come to %(amount)s: %(rate)s for all of it.", **known)
    return gettext(
        "%(sales)s of %(period)s reached %(amount)s: %(rate)s instead of %(before)s for all of it.",
        **known,
        before=gettext(", ").join(map(percent, before)),
    )


def _caps(caps: list[Mapping[str, Any]], name: str, currency: str) -> Iterator[str]:
    for cap in caps:
        known = {
            "period": name,
            "sum": money(cap["sum"], currency),
            "cap": money(cap["amount"], currency),
            "worth": money(cap["worth"], currency),
        }
        if cap["worth"] == cap["sum"]:
            yield gettext("The orders of %(period)s earn %(sum)s, all within the cap of %(cap)s.", **known)
        else:
            yield gettext(
                "The orders of %(period)s would earn %(sum)s; the cap of %(cap)s leaves %(worth)s.", **known
            )
