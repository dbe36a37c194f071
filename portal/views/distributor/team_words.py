"""The words of the team page: its levels, how it grew, and what helps whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from distribution.analytics.team import LEVELS
from distribution.analytics.team_growth import Month
from distribution.analytics.team_help import InNeed
from portal.charts import bar_chart, scale_for
from portal.formatting import month, number, short_day


@dataclass(frozen=True, slots=True)
class Advice:
    """Why somebody is named, what helps, and where that is to be found."""

    why: str
    text: str
    label: str
    href: str


def level_name(level: int) -> str:
    """A level, as its card is called."""
    return {
        1: gettext("Invited by you"),
        2: gettext("Second level"),
        3: gettext("Third level"),
    }[level]


def advice(person: InNeed) -> Advice:
    """What a sponsor can do for somebody."""
    if person.need == "silent":
        return Advice(
            gettext("Last sold on %(day)s", day=short_day(person.at)),
            gettext("Ask how it goes, and send them something new to share."),
            gettext("Materials"),
            url_for("distributor.materials"),
        )
    if person.need == "first_sale":
        return Advice(
            gettext("Clicked, nothing bought yet"),
            gettext("Tell them what sells best with you: a link to one product beats a link to the shop."),
            gettext("Your best products"),
            url_for("distributor.dashboard"),
        )
    return Advice(
        gettext("Joined on %(day)s, not clicked yet", day=short_day(person.at)),
        gettext("Show them how you share: one link, to one person who would like the shop."),
        gettext("Materials"),
        url_for("distributor.materials"),
    )


def chart(growth: Sequence[Month]) -> dict[str, object]:
    """What `ui.plot` needs of the months."""
    totals = [each.total for each in growth]
    scale = scale_for(totals, least=4)
    notes = [f"{month(each.begins_on)}: {number(each.total)}" for each in growth]
    title = ngettext(
        "Who joined by month, %(num)d in all", "Who joined by month, %(num)d in all", sum(totals)
    )
    return {
        "picture": bar_chart(totals, scale=scale, notes=notes, title=title),
        "ticks": [number(tick) for tick in scale.ticks],
        "first": month(growth[0].begins_on),
        "last": month(growth[-1].begins_on),
        "rows": [
            [month(each.begins_on), *(number(each.joined[level]) for level in LEVELS)]
            for each in reversed(growth)
        ],
    }
