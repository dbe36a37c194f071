"""A distributor's next settlement, in words."""

from __future__ import annotations

from flask_babel import gettext

from distribution.analytics.next_settlement import NextSettlement
from portal.formatting import day, minute, money


def next_words(found: NextSettlement) -> list[str]:
    """What is expected of it and under which conditions, a sentence each."""
    sentences = [_on_a_day(found) if found.at else _by_hand(found)]
    if found.waits:
        sentences.append(
            gettext(
                "That is below the minimum of %(smallest)s, so it moves to a later settlement.",
                smallest=money(found.smallest_minor or 0, found.currency),
            )
        )
    elif found.expected_minor > 0:
        if found.review:
            sentences.append(gettext("It is yours once the shop has approved it."))
        if found.taxed:
            sentences.append(gettext("Tax may be withheld from it."))
    return sentences


def _on_a_day(found: NextSettlement) -> str:
    assert found.at is not None
    known = {
        "amount": money(abs(found.expected_minor), found.currency),
        "day": minute(found.at) if found.hourly else day(found.at),
    }
    if found.expected_minor > 0:
        return gettext("Next settlement on %(day)s: %(amount)s expected.", **known)
    if found.expected_minor < 0:
        return gettext("Next settlement on %(day)s: %(amount)s is taken back.", **known)
    return gettext("Next settlement on %(day)s: nothing has matured yet.", **known)


def _by_hand(found: NextSettlement) -> str:
    amount = money(abs(found.expected_minor), found.currency)
    if found.expected_minor > 0:
        return gettext("The shop settles by hand: %(amount)s has matured.", amount=amount)
    if found.expected_minor < 0:
        return gettext("The shop settles by hand: %(amount)s is taken back.", amount=amount)
    return gettext("The shop settles by hand: nothing has matured yet.")
