"""What list and tree of the team have around them: levels and growth, who needs help, the sponsor, the invitation."""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from distribution.analytics.team import LEVELS, brought
from distribution.analytics.team_growth import team_growth
from distribution.analytics.team_help import who_needs_help
from distribution.analytics.team_ties import Ties
from distribution.promotion.link import join_link
from portal.clock import now
from portal.database import program_settings
from portal.payouts import cipher
from portal.views.distributor.blueprint import own_id
from portal.views.distributor.team_words import advice, chart, level_name


def frame(session: Session, ties: Ties, *, view: str) -> dict[str, object]:
    """What the templates of both need, whatever they show."""
    at = now()
    growth = team_growth(session, own_id(), now=at, zone=program_settings().time_zone)
    in_need = who_needs_help(session, own_id(), cipher=cipher(), now=at)
    portal_url = current_app.extensions["settings"].portal_url
    return {
        "counts": ties.counts,
        "commission": brought(session, own_id()),
        "levels": LEVELS,
        "level_names": {level: level_name(level) for level in LEVELS},
        "ties": ties,
        "join_url": join_link(portal_url, ties.code) if ties.code else None,
        "join_code": ties.code,
        "join_text": gettext("Share products you like and earn with me:"),
        "this_month": growth[-1].joined,
        "month_before": growth[-2].joined,
        "helping": [(each, advice(each)) for each in in_need],
        "growth": chart(growth) if any(month.total for month in growth) else None,
        "view_tabs": [
            (gettext("List"), url_for("distributor.team"), view == "list"),
            (gettext("Tree"), url_for("distributor.team", view="tree"), view == "tree"),
        ],
        "view": view,
    }
